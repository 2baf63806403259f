#pragma once

#include <string_view>

#include "harness/text/translation/tokenised_bleu.hpp"

namespace iiet {

/// BLEU of fairseq-score (see tokenised_bleu): symbols of a table that grows, an end symbol, n-grams compared
/// by hash. Style and compound splitting in `options` are not looked at. Throws InputError at an order over 4
/// or where there is no line.
TokenisedBleu fairseq_bleu(std::string_view hypotheses, std::string_view references,
                           const TokenisedBleuOptions& options);

}  // namespace iiet
