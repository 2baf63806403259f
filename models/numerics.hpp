#pragma once

#include <c10/core/ScalarType.h>

namespace iiet {

/// The types of a model's numbers: three settings, `--dtype` sets them all. Parameters of another type than
/// the arithmetic are converted once a layer and pass (models/parameters.hpp), keys and values when they are
/// stored and read.
struct Numerics {
  c10::ScalarType parameters, arithmetic, cache;
  /// One type for everything.
  Numerics(c10::ScalarType all = c10::kFloat) : Numerics(all, all, all) {}
  Numerics(c10::ScalarType parameters, c10::ScalarType arithmetic, c10::ScalarType cache)
      : parameters(parameters), arithmetic(arithmetic), cache(cache) {}
};

/// The type that sums over numbers of a type are made in: float64 for float64, else float32.
inline c10::ScalarType wide(c10::ScalarType type) {
  return type == c10::kDouble ? c10::kDouble : c10::kFloat;
}

/// What a forward pass is for. Only a pass for training gives results that gradients flow through; any other
/// may use implementations without a backward.
enum class Purpose { kInference, kTraining };

}  // namespace iiet
