#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace iiet {

/// Whose BLEU of tokenised text: Moses' multi-bleu.perl, its multi-bleu-detok.perl (which tokenises as 13a
/// does), fairseq-score.
enum class TokenisedStyle { kMultiBleu, kMultiBleuDetok, kFairseq };

struct TokenisedBleuOptions {
  TokenisedStyle style = TokenisedStyle::kMultiBleu;
  bool lowercase = false;       // multi-bleu: ASCII only; the others: all of Unicode
  bool compound_split = false;  // both sides first go through split_compounds
  std::int64_t max_ngram_order = 4;
};

/// Sums over the corpus, the score from 0 to 100, and the line that the reference program prints, without its
/// end. Precisions are 0 to 1.
struct TokenisedBleu {
  std::vector<std::size_t> matches, ngrams;  // order 1, 2, …
  std::vector<double> precisions;
  std::size_t hypothesis_length = 0, reference_length = 0;
  double brevity_penalty = 0, score = 0;
  std::string line;
  int exit_code =
      0;  // of the reference program, which prints its line where multi-bleu's references are empty
};

/// Scores the contents of the files as the reference program reads them:
/// - multi-bleu.perl: bytes; lines end at LF; words end at ASCII white space. A hypothesis line without
///   reference has the reference length 9999.
/// - multi-bleu-detok.perl: UTF-8; the last character of every line goes, also of a last line without LF.
/// - fairseq-score: UTF-8; lines end at LF, CR or both; one reference; the longer file is cut; an empty line
/// is
///   one end symbol. Its n-grams are compared by their hash alone, so that texts of some size have a few
///   matches too many.
/// UTF-8 must be valid. Throws InputError where the reference program fails: no word in the hypotheses, an
/// order over fairseq's 4, several references for fairseq.
TokenisedBleu tokenised_bleu(std::string_view hypotheses, std::span<const std::string_view> references,
                             const TokenisedBleuOptions& options);

/// Compounds split as in the published En-De scores (tensor2tensor's get_ende_bleu, fairseq's
/// compound_split_bleu.sh): `a-b` becomes `a ##AT##-##AT## b`, from the left and without overlap, so that
/// only the first hyphen of `a-b-c` is. Every line gets an LF.
std::string split_compounds(std::string_view content);

}  // namespace iiet
