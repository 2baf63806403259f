#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/app/metric/argument_table.hpp"
#include "harness/base/random/numpy_random.hpp"

namespace iiet {

/// What is said of BLEU, chrF and TER in either form of `iiet-eval metric`, as typed.
struct CorpusMetricOptions {
  std::string tokenize;  // empty: by the target language, else 13a
  std::string language_pair;
  std::string sentencepiece_model;
  bool lowercase = false;
  std::string smooth_method = "exp";
  std::optional<double> smooth_value;
  long max_ngram_order = 4;
  std::optional<bool> effective_order;  // absent: at sentence level

  long chrf_char_order = 6, chrf_word_order = 0, chrf_beta = 2;
  bool chrf_whitespace = false, chrf_lowercase = false, chrf_eps_smoothing = false;

  bool ter_case_sensitive = false, ter_asian_support = false, ter_no_punct = false, ter_normalized = false;
};

enum class SignificanceTest { none, bootstrap, randomisation };

struct SignificanceOptions {
  bool confidence = false;
  long confidence_samples = 1000;
  SignificanceTest paired = SignificanceTest::none;
  long bootstrap_samples = 1000, randomisation_trials = 10000;
  std::string seed = "12345";  // a number, or `none` for entropy
};

struct OutputOptions {
  long width = 1;
  std::string format = "json";  // json, text, latex
  bool short_signature = false, score_only = false, sentence_level = false, color = true;
};

struct InputOptions {
  std::vector<std::string> references;
  std::optional<std::vector<std::string>> hypotheses;  // absent: standard input
  long reference_fields = 1;
  bool replace_invalid = false;
};

struct MetricOptions {
  std::vector<std::string> names;  // as asked for
  InputOptions input;
  CorpusMetricOptions metric;
  SignificanceOptions significance;
  OutputOptions output;
};

/// sacreBLEU's flags for the metrics, significance and output, which both forms have. `options` must outlive
/// them.
std::vector<Flag> common_flags(MetricOptions& options);

/// Reads the arguments of the command; throws InputError, pointing at `--help`, at a usage error.
void parse_arguments(const ArgumentTable& table, std::span<const std::string> arguments);

/// A seed of SignificanceOptions; throws InputError naming `source` where it is none.
SeedWords seed_words(const std::string& seed, const std::string& source);

/// How a signature shows a seed: one interval as it was typed, a paired test the number that it stands for.
enum class SeedText { as_typed, as_number };
std::string shown_seed(const std::string& seed, SeedText text);

/// Systems are known by the names of their files; throws InputError where one is there twice.
void require_distinct(const std::vector<std::string>& paths, const char* flag);

/// sacreBLEU's own argument list. Throws InputError at a usage error.
MetricOptions parse_sacrebleu(std::span<const std::string> arguments);

/// What `--help` prints of sacreBLEU's argument list.
std::string sacrebleu_help();

}  // namespace iiet
