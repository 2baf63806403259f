#include "harness/app/metric/long_options.hpp"

#include <set>

#include "harness/app/metric/metric_kind.hpp"
#include "harness/base/error.hpp"

namespace iiet {
namespace {

constexpr long kMostSamples = 10'000'000;  // their scores are held: more would only exhaust the memory

StoreValues store_order(std::optional<long>& target) {
  return [&target](std::span<const std::string> values) {
    long order = 0;
    store(order)(values);
    require(order > 0, "expected 1 or more, got {}", order);
    target = order;
  };
}

StoreValues store_yes_or_no(std::optional<bool>& target) {
  return [&target](std::span<const std::string> values) {
    require(values.front() == "yes" || values.front() == "no", "expected yes or no, got '{}'",
            values.front());
    target = values.front() == "yes";
  };
}

StoreValues store_files(std::optional<std::vector<std::string>>& target) {
  return [&target](std::span<const std::string> values) { target.emplace(values.begin(), values.end()); };
}

/// Names separated by commas, by blanks or both.
StoreValues store_names(std::vector<std::string>& target) {
  return [&target](std::span<const std::string> values) {
    for (const std::string& value : values)
      for (std::size_t begin = 0; begin <= value.size();) {
        const std::size_t end = std::min(value.find(',', begin), value.size());
        require(end > begin, "'{}': an empty metric name", value);
        target.push_back(value.substr(begin, end - begin));
        begin = end + 1;
      }
  };
}

}  // namespace

std::vector<Flag> long_form_flags(LongOptions& o) {
  std::vector<Flag> flags{
      {{"--hypotheses"},
       Takes::some,
       "HYP",
       "text, a file a system; without --references one file of JSON lines",
       store_files(o.common.input.hypotheses)},
      {{"--references"}, Takes::some, "REF", "text", store(o.common.input.references)},
      {{"--json"}, Takes::nothing, "", "JSON instead of text", set(o.json)},
      {{"--max-ngram-order"},
       Takes::one,
       "N",
       "of BLEU (4), ROUGE-1.5.5 (2)",
       store_order(o.max_ngram_order)},
      {{"--effective-order"},
       Takes::one,
       "yes|no",
       "of BLEU (no; yes at sentence level)",
       store_yes_or_no(o.common.metric.effective_order)},
      {{"--seed"}, Takes::one, "N", "of resampling (12345)", store(o.common.significance.seed)},
      {{"--confidence-level"}, Takes::one, "X", "of ROUGE's intervals (0.95)", store(o.confidence_level)},
      {{"--use-stemmer"}, Takes::nothing, "", "of ROUGE", set(o.use_stemmer)},
      {{"--multi-reference"},
       Takes::one,
       "HOW",
       "of rouge155: average (default) or best",
       choose(o.multi_reference, {"average", "best"})},
      {{"--input-format"},
       Takes::one,
       "NAME",
       "of rouge155: see (default: a sentence ends at <) or spl",
       choose(o.input_format, {"see", "spl"})},
      {{"--style"},
       Takes::one,
       "NAME",
       "of tokenised-bleu: multi-bleu (default), multi-bleu-detok, fairseq",
       choose(o.style, {"multi-bleu", "multi-bleu-detok", "fairseq"})},
      {{"--compound-split"},
       Takes::nothing,
       "",
       "of tokenised-bleu: words split at their hyphens",
       set(o.compound_split)},
  };
  for (Flag& flag : common_flags(o.common)) flags.push_back(std::move(flag));
  return flags;
}

LongOptions parse_long_form(std::span<const std::string> arguments) {
  LongOptions options;
  std::set<std::string> given;
  std::vector<Flag> flags = long_form_flags(options);
  for (Flag& flag : flags)
    flag.store = [&given, name = flag.names.front(), store = flag.store](auto values) {
      given.insert(name);
      store(values);
    };
  parse_arguments(ArgumentTable(std::move(flags), store_names(options.common.names)), arguments);
  MetricOptions& common = options.common;
  require(!common.names.empty(),
          "no metric named; known: bleu, chrf, ter, rouge1, …, rouge9, rougeL, rougeLsum, "
          "rouge155, tokenised-bleu");
  require_flags_of(common.names, given);
  require_distinct(*common.input.hypotheses, "--hypotheses");
  require(common.input.references.size() > 0 || common.input.hypotheses->size() == 1,
          "--hypotheses: without --references one file of JSON lines, got {} files",
          common.input.hypotheses->size());
  require(common.output.width >= 0, "--width: expected 0 or more, got {}", common.output.width);
  const long samples = common.significance.confidence_samples;
  require(samples > 0 && samples <= kMostSamples, "--confidence-n: expected 1 to {}, got {}", kMostSamples,
          samples);
  require(options.confidence_level > 0 && options.confidence_level < 1,
          "--confidence-level: expected a number between 0 and 1, got {}", options.confidence_level);
  common.output.format = options.json ? "json" : "text";
  common.metric.max_ngram_order = options.max_ngram_order.value_or(4);
  return options;
}

}  // namespace iiet
