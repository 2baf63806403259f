#pragma once

#include <span>
#include <vector>

#include <ATen/ATen.h>

#include "models/generation/search.hpp"

namespace iiet {

/// Answers one query a row of logits [R,V] (float32 or float64, any device). Log-probabilities are those of
/// the whole row. Deterministic: of equal logits (scores) the lower id is the better one. A forbidden token,
/// or one without probability, is never an answer, so there may be fewer than asked for. A row whose
/// log-probabilities are not finite throws DecodingError naming `prompts[row]`.
std::vector<std::vector<Candidate>> answer(const at::Tensor& logits, std::span<const TokenQuery> queries,
                                           const DecodingOptions& options,
                                           std::span<const std::size_t> prompts);

}  // namespace iiet
