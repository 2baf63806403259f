#include "harness/app/metric/options.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <set>

#include "harness/base/error.hpp"
#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

StoreValues store_optional(std::optional<double>& target) {
  return [&target](std::span<const std::string> values) {
    double value = 0;
    store(value)(values);
    target = value;
  };
}

StoreValues store_optional(std::optional<std::vector<std::string>>& target) {
  return [&target](std::span<const std::string> values) { target.emplace(values.begin(), values.end()); };
}

StoreValues clear(bool& target) {
  return [&target](auto) { target = false; };
}

StoreValues choose_test(SignificanceTest& target, SignificanceTest test) {
  return [&target, test](auto) {
    require(target == SignificanceTest::none || target == test,
            "--paired-bs and --paired-ar exclude each other");
    target = test;
  };
}

StoreValues refuse(std::string why) {
  return [why](auto) { throw InputError(why); };
}

StoreValues ignore() {
  return [](auto) {};
}

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::vector<Flag> bleu_flags(CorpusMetricOptions& o) {
  return {
      {{"--smooth-method", "-s"},
       Takes::one,
       "METHOD",
       "smoothing of BLEU: exp (default), floor, add-k, none",
       choose(o.smooth_method, {"none", "floor", "add-k", "exp"})},
      {{"--smooth-value", "-sv"},
       Takes::one,
       "X",
       "its value (floor 0.1, add-k 1)",
       store_optional(o.smooth_value)},
      {{"--tokenize", "-tok"},
       Takes::one,
       "NAME",
       "none, zh, 13a, intl, char, or with --spm-model spm, flores101, flores200, spBLEU-1K",
       choose(o.tokenize, {"none", "zh", "13a", "intl", "char", "ja-mecab", "ko-mecab", "spm", "flores101",
                           "flores200", "spBLEU-1K"})},
      {{"--spm-model"},
       Takes::one,
       "FILE",
       "SentencePiece model of the spm tokenisers",
       store(o.sentencepiece_model)},
      {{"--lowercase", "-lc"}, Takes::nothing, "", "BLEU of lower-cased text", set(o.lowercase)},
      {{"--force"}, Takes::nothing, "", "accepted; has no effect on scores", ignore()},
  };
}

std::vector<Flag> chrf_and_ter_flags(CorpusMetricOptions& o) {
  return {
      {{"--chrf-char-order", "-cc"}, Takes::one, "N", "orders of characters (6)", store(o.chrf_char_order)},
      {{"--chrf-word-order", "-cw"},
       Takes::one,
       "N",
       "orders of words (0; 2 is chrF++)",
       store(o.chrf_word_order)},
      {{"--chrf-beta"}, Takes::one, "N", "weight of recall (2)", store(o.chrf_beta)},
      {{"--chrf-whitespace"}, Takes::nothing, "", "white space counts", set(o.chrf_whitespace)},
      {{"--chrf-lowercase"}, Takes::nothing, "", "chrF of lower-cased text", set(o.chrf_lowercase)},
      {{"--chrf-eps-smoothing"},
       Takes::nothing,
       "",
       "epsilon instead of effective-order smoothing",
       set(o.chrf_eps_smoothing)},
      {{"--ter-case-sensitive"}, Takes::nothing, "", "TER does not lower-case", set(o.ter_case_sensitive)},
      {{"--ter-asian-support"}, Takes::nothing, "", "TER splits Asian characters", set(o.ter_asian_support)},
      {{"--ter-no-punct"}, Takes::nothing, "", "TER without punctuation", set(o.ter_no_punct)},
      {{"--ter-normalized"}, Takes::nothing, "", "TER of normalised text", set(o.ter_normalized)},
  };
}

std::vector<Flag> significance_flags(SignificanceOptions& o) {
  return {
      {{"--confidence", "-ci"}, Takes::nothing, "", "95 % interval by bootstrap", set(o.confidence)},
      {{"--confidence-n", "-cin"}, Takes::one, "N", "its resamples (1000)", store(o.confidence_samples)},
      {{"--paired-bs", "-pbs"},
       Takes::nothing,
       "",
       "each system against the first: paired bootstrap",
       choose_test(o.paired, SignificanceTest::bootstrap)},
      {{"--paired-bs-n", "-pbsn"}, Takes::one, "N", "its resamples (1000)", store(o.bootstrap_samples)},
      {{"--paired-ar", "-par"},
       Takes::nothing,
       "",
       "… or paired approximate randomisation",
       choose_test(o.paired, SignificanceTest::randomisation)},
      {{"--paired-ar-n", "-parn"}, Takes::one, "N", "its trials (10000)", store(o.randomisation_trials)},
  };
}

std::vector<Flag> output_flags(MetricOptions& options) {
  OutputOptions& o = options.output;
  return {
      {{"--sentence-level", "-sl"}, Takes::nothing, "", "a score a segment", set(o.sentence_level)},
      {{"--width", "-w"}, Takes::one, "N", "decimals (1)", store(o.width)},
      {{"--replace-invalid"},
       Takes::nothing,
       "",
       "read bytes that are no UTF-8 as U+FFFD instead of stopping",
       set(options.input.replace_invalid)},
  };
}

void append(std::vector<Flag>& to, std::vector<Flag> more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

StoreValues require_utf8() {
  return [](std::span<const std::string> values) {
    const std::string name = lower_case(values.front());
    require(name == "utf-8" || name == "utf8" || name == "utf_8",
            "only utf-8 is read, got '{}' (iconv converts)", values.front());
  };
}

/// Flags of the `sacrebleu` program that the long form lacks.
std::vector<Flag> sacrebleu_flags(MetricOptions& options) {
  const std::string no_test_sets = "test sets are not downloaded; give the reference files";
  std::vector<Flag> flags{
      {{"--input", "-i"},
       Takes::any,
       "HYP",
       "hypotheses, a file a system (default: standard input)",
       store_optional(options.input.hypotheses)},
      {{"--metrics", "-m"},
       Takes::some,
       "NAME",
       "bleu (default), chrf, ter",
       choose(options.names, {"bleu", "chrf", "ter"})},
      {{"--num-refs", "-nr"},
       Takes::one,
       "N",
       "references on a line of the file, separated by tabs (1)",
       store(options.input.reference_fields)},
      {{"--language-pair", "-l"},
       Takes::one,
       "PAIR",
       "source-target: decides the tokeniser where none is given",
       store(options.metric.language_pair)},
      {{"--encoding", "-e"}, Takes::one, "NAME", "utf-8", require_utf8()},
      {{"--format", "-f"},
       Takes::one,
       "NAME",
       "json (default), text, latex",
       choose(options.output.format, {"json", "text", "latex"})},
      {{"--short", "-sh"}, Takes::nothing, "", "short signature", set(options.output.short_signature)},
      {{"--score-only", "-b"}, Takes::nothing, "", "only the score", set(options.output.score_only)},
      {{"--no-color", "-nc"}, Takes::nothing, "", "no colours on a terminal", clear(options.output.color)},
      {{"--paired-jobs", "-j"}, Takes::one, "N", "accepted; has no effect on scores", ignore()},
      {{"--quiet", "-q"}, Takes::nothing, "", "accepted", ignore()},
      {{"--detail", "-d"}, Takes::nothing, "", "refused", refuse("needs a test set; " + no_test_sets)},
  };
  for (const auto& names : std::vector<std::vector<std::string>>{
           {"--test-set", "-t"}, {"--origlang", "-ol"}, {"--subset"}, {"--download"}})
    flags.push_back({names, Takes::one, "NAME", "refused", refuse(no_test_sets)});
  flags.push_back({{"--echo"}, Takes::some, "FIELD", "refused", refuse(no_test_sets)});
  flags.push_back({{"--list"}, Takes::nothing, "", "refused", refuse(no_test_sets)});
  flags.push_back({{"--citation", "--cite"}, Takes::nothing, "", "refused", refuse("needs a test set")});
  append(flags, common_flags(options));
  return flags;
}

/// The environment variables of the program.
void read_environment(MetricOptions& options) {
  if (const char* seed = std::getenv("SACREBLEU_SEED")) options.significance.seed = seed;
  if (const char* format = std::getenv("SACREBLEU_FORMAT")) {
    const std::string name = lower_case(format);
    if (name == "json" || name == "text" || name == "latex") options.output.format = name;
  }
  if (const char* no_color = std::getenv("NO_COLOR"); no_color && *no_color) options.output.color = false;
}

}  // namespace

std::vector<Flag> common_flags(MetricOptions& options) {
  std::vector<Flag> flags = bleu_flags(options.metric);
  append(flags, chrf_and_ter_flags(options.metric));
  append(flags, significance_flags(options.significance));
  append(flags, output_flags(options));
  return flags;
}

void parse_arguments(const ArgumentTable& table, std::span<const std::string> arguments) {
  try {
    table.parse(arguments);
  } catch (const InputError& error) {
    throw InputError(fmt::format("metric: {} (see iiet-eval metric --help)", error.what()));
  }
}

SeedWords seed_words(const std::string& seed, const std::string& source) {
  if (lower_case(seed) == "none") return entropy_seed();
  std::string_view digits = strip(seed);  // as Python's int() reads it
  if (digits.starts_with('+')) digits.remove_prefix(1);
  const auto words = seed_of(digits);
  require(words.has_value(), "{}: expected a number from 0 on or 'none', got '{}'", source, seed);
  return *words;
}

std::string shown_seed(const std::string& seed, SeedText text) {
  if (lower_case(seed) == "none") return "none";
  if (text == SeedText::as_typed) return seed;
  std::string_view digits = strip(seed);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  while (digits.size() > 1 && digits.starts_with('0')) digits.remove_prefix(1);
  return std::string(digits);
}

void require_distinct(const std::vector<std::string>& paths, const char* flag) {
  std::set<std::string> seen;
  for (const std::string& path : paths)
    require(seen.insert(path).second, "{}: {} is there twice", flag, path);
}

MetricOptions parse_sacrebleu(std::span<const std::string> arguments) {
  MetricOptions options;
  options.names = {"bleu"};
  parse_arguments(ArgumentTable(sacrebleu_flags(options), store(options.input.references)), arguments);
  read_environment(options);
  return options;
}

std::string sacrebleu_help() {
  MetricOptions options;
  return ArgumentTable(sacrebleu_flags(options), store(options.input.references)).help();
}

}  // namespace iiet
