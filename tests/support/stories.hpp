#pragma once

#include <memory>

#include "harness/text/tokenizer/tokenizer.hpp"
#include "models/checkpoint.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {

/// stories260K of the reference data, float32, on the CPU.
struct Stories260k {
  std::unique_ptr<OdeTransformer> model;
  std::unique_ptr<Tokenizer> tokenizer;
  Stories260k() {
    const std::filesystem::path folder = shared_folder() / "data" / "checkpoints" / "stories260K-hf";
    model = load_model(folder, {});
    tokenizer = load_tokenizer(folder);
  }
};

}  // namespace iiet::test
