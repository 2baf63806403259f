#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "models/generation/options.hpp"

namespace iiet {

/// The flags of `generate` that say how tokens are chosen. What was not given is absent: flags that do not
/// fit each other are refused, not ignored.
struct DecodingFlags {
  std::int64_t max_new_tokens = 64;
  std::optional<std::int64_t> min_new_tokens, beam, top_k, n_best;
  std::optional<double> length_penalty, temperature, top_p;
  std::optional<std::uint64_t> seed;
  std::optional<std::string> search;
  std::int64_t no_repeat_ngram = 0;
  bool unnormalized = false;

  void declare(CLI::App& parser);
  /// Checked options, end tokens left empty. Throws InputError naming the flag.
  DecodingOptions options() const;

 private:
  bool is_beam_search() const { return search || beam.value_or(1) > 1; }
  BeamSearch beam_search() const;
  void refuse_beam_flags() const;
};

}  // namespace iiet
