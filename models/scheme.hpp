#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/registry.hpp"
#include "models/config.hpp"

namespace iiet {

/// A layer seen as one step of an ODE y' = F(y) with step size 1. All schemes work on the block map
/// Φ(x) = x + F(x): a pre-norm Transformer layer with both of its residuals inside, i.e. one explicit Euler
/// step.

/// Coefficients of an explicit Runge-Kutta method: stage i is at y + Σ_{j<i} a[i][j] F_j, the step is y + Σ
/// b[i] F_i.
struct Tableau {
  std::string name;
  int order = 1;
  std::vector<std::vector<double>> a;  // strictly lower triangular, row i has i entries
  std::vector<double> b;               // sums to 1
  /// Throws Error unless the shape is right, b sums to 1 and the order conditions hold up to `order` (1, 2 or
  /// 4).
  void validate() const;
};
Tableau euler_tableau();
Tableau heun_tableau();
Tableau classical_rk4_tableau();

/// y' = y + Σ b_i F_i.
struct RungeKuttaScheme {
  Tableau tableau;
};

/// y' = y + F(y') by fixed-point iteration from the explicit Euler step: y_0 = y + F(y), y_j = y +
/// F(y_{j-1}).
struct ImplicitEulerScheme {
  std::int64_t iterations = 0;
};

/// The scheme of PCformer and of the released IIET: a predictor, then `iterations` evaluations of the block
/// at a learned combination of all layers' outputs (models/layer_history.hpp), then a second learned
/// combination.
struct PredictorCorrectorScheme {
  /// 1: explicit Euler (IIET). 2, 4: Runge-Kutta stages of the whole block with stage norms and weights
  /// α(1-α)^(s-1-i), … , α (exponential moving average; PCformer).
  std::int64_t predictor_stages = 1;
  std::int64_t iterations = 0;
};

using Scheme = std::variant<RungeKuttaScheme, ImplicitEulerScheme, PredictorCorrectorScheme>;

/// Block evaluations (and key/value slots) of one layer.
std::int64_t evaluations(const Scheme& scheme);

/// Layers that predict by explicit Euler and then iterate over the layer history, as often as their entry
/// says.
std::vector<Scheme> iterated_over_history(const std::vector<std::int64_t>& iterations);

/// What kinds of scheme there are, for `list steps`.
struct SchemeKind {
  std::string name, about;
};
const std::vector<SchemeKind>& scheme_kinds();

/// A model family: the scheme of each layer, as data.
struct Variant {
  std::string name, about;
  std::vector<Scheme> (*schemes)(const ModelConfig& config) = nullptr;  // one entry a layer
};
template <>
inline constexpr std::string_view kind_of<Variant> = "model variant";

/// The variant of a configuration's model_type (`llama` is `transformer`).
const Variant& variant_of(const ModelConfig& config);

}  // namespace iiet
