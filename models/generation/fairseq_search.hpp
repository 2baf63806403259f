#pragma once

#include <memory>

#include "models/generation/search.hpp"

namespace iiet {

/// fairseq's beam search of K beams, for a decoder-only model whose prompt is a forced prefix. The end token
/// is not counted in min_new_tokens and max_new_tokens: after max_new_tokens tokens (or where the model can
/// read no more) it is forced, and its log-probability counts. Log-probabilities are added in the type of the
/// logits. Of the 2K best candidates those that end and rank among the first K are finished, score sum /
/// (tokens, end included)^alpha; the K best that do not end go on. The search is over with K finished
/// hypotheses. Equal scores: the better beam, then the lower id, goes first. A candidate that completes a
/// stop rule ends like one with the end token.
std::unique_ptr<Search> make_fairseq_search(const SearchContext& context);

}  // namespace iiet
