#include "harness/app/metric/sacrebleu_form.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <unistd.h>

#include "harness/app/command.hpp"
#include "harness/app/metric/score_format.hpp"
#include "harness/app/metric/system_table.hpp"
#include "harness/base/error.hpp"
#include "harness/text/translation/resampling.hpp"

namespace iiet {
namespace {

constexpr long kBootstrapSamples = 1000,
               kRandomisationTrials = 10000;  // where a count of 0 or less is asked for

[[noreturn]] void refuse(const std::string& what, const std::string& their_line) {
  throw SacrebleuError(what, their_line, kFailed);
}

/// What the program refuses before it reads anything.
void check(const MetricOptions& options) {
  const InputOptions& input = options.input;
  const std::size_t systems = input.hypotheses ? input.hypotheses->size() : 1;
  const std::string& languages = options.metric.language_pair;
  require(options.output.width >= 0, "--width: expected 0 or more, got {}", options.output.width);
  require(languages.empty() || languages.find('-') != std::string::npos,
          "--language-pair: expected source-target, got '{}'", languages);
  require(!input.references.empty(), "no reference files; they go before --input");
  require(systems > 0, "--input: no hypothesis files");
  require(input.reference_fields == 1 || input.references.size() == 1,
          "--num-refs {}: the references are in one file then, got {}", input.reference_fields,
          input.references.size());
  if (input.hypotheses) require_distinct(*input.hypotheses, "--input");
  if (options.output.sentence_level) {
    require(options.names.size() == 1, "--sentence-level: one metric at a time, got {}",
            options.names.size());
    require(systems == 1, "--sentence-level: one system at a time, got {}", systems);
    require(!options.significance.confidence && options.significance.paired == SignificanceTest::none,
            "--sentence-level: there are no confidence intervals and tests of single sentences");
  }
}

/// The baseline may be named again among the systems of a paired test, where it has no place.
void drop_repeated_baseline(MetricOptions& options) {
  if (options.significance.paired == SignificanceTest::none || !options.input.hypotheses) return;
  std::vector<std::string>& paths = *options.input.hypotheses;
  if (!paths.empty()) paths.erase(std::remove(paths.begin() + 1, paths.end(), paths.front()), paths.end());
}

/// Those that follow from the number of systems, which standard input alone may tell.
void check_systems(std::size_t systems, const MetricOptions& options) {
  require(systems > 1 || options.significance.paired == SignificanceTest::none,
          "--paired-bs and --paired-ar compare several systems; give them to --input");
  require(systems == 1 || !options.significance.confidence,
          "--confidence is of one system; --paired-bs compares several");
  require(systems == 1 || !options.output.sentence_level, "--sentence-level: one system at a time, got {}",
          systems);
}

CommonSignature common_signature(const CorpusStatistics& statistics) {
  CommonSignature common;
  common.references = statistics.references;
  return common;
}

void print_one_system(const CorpusStatistics& statistics, const CorpusMetrics& metrics,
                      const MetricOptions& options) {
  const SignificanceOptions& significance = options.significance;
  CommonSignature common = common_signature(statistics);
  const bool confident = significance.confidence && significance.confidence_samples > 1;
  if (confident) {
    common.bootstrap = significance.confidence_samples;
    common.seed = shown_seed(significance.seed, SeedText::as_typed);
  }
  std::vector<ScoreReport> reports;
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    reports.push_back(score_report(*metrics[m], statistics.sums[m][0], common));
    if (confident)
      reports.back().interval = bootstrap_interval(*metrics[m], statistics.tables[m][0],
                                                   {static_cast<std::size_t>(significance.confidence_samples),
                                                    seed_words(significance.seed, "SACREBLEU_SEED")});
  }
  print(format_scores(reports, options.output));
}

/// Without a test the scores alone.
std::vector<PairedResult> tested(const CorpusStatistics& statistics, std::size_t metric_index,
                                 const CorpusMetric& metric, const SignificanceOptions& options,
                                 std::size_t samples) {
  if (options.paired == SignificanceTest::none) {
    std::vector<PairedResult> results;
    for (const auto& sums : statistics.sums[metric_index])
      results.push_back({metric.score(sums), std::nullopt, std::nullopt});
    return results;
  }
  // As in sacreBLEU, the seed 0 of a paired test is none.
  SeedWords seed = seed_words(options.seed, "SACREBLEU_SEED");
  if (seed == SeedWords{0}) seed = entropy_seed();
  const ResamplingOptions resampling{samples, std::move(seed)};
  return options.paired == SignificanceTest::bootstrap
             ? paired_bootstrap(metric, statistics.tables[metric_index], resampling)
             : paired_randomisation(metric, statistics.tables[metric_index], resampling);
}

/// A paired test says which system is the baseline; of those on standard input the baseline has no number.
std::vector<std::string> row_names(std::vector<std::string> systems, const MetricOptions& options) {
  if (options.significance.paired == SignificanceTest::none) return systems;
  if (options.input.hypotheses) {
    systems.front() = "Baseline: " + systems.front();
    return systems;
  }
  systems.pop_back();
  systems.insert(systems.begin(), "Baseline");
  return systems;
}

void print_systems(const CorpusStatistics& statistics, const CorpusMetrics& metrics,
                   const MetricOptions& options) {
  const SignificanceOptions& significance = options.significance;
  const bool bootstrap = significance.paired == SignificanceTest::bootstrap;
  const long asked = bootstrap ? significance.bootstrap_samples : significance.randomisation_trials;
  const long samples = asked > 0 ? asked : bootstrap ? kBootstrapSamples : kRandomisationTrials;
  CommonSignature common = common_signature(statistics);
  if (significance.paired != SignificanceTest::none) {
    (bootstrap ? common.bootstrap : common.randomisation) = samples;
    common.seed = shown_seed(significance.seed, SeedText::as_number);
  }
  std::vector<MetricColumn> columns;
  for (std::size_t m = 0; m < metrics.size(); ++m)
    columns.push_back({metrics[m]->name(),
                       tested(statistics, m, *metrics[m], significance, static_cast<std::size_t>(samples)),
                       signature_fields(common, metrics[m]->signature())});
  const std::vector<std::string> names = row_names(statistics.systems, options);
  const bool names_baseline = significance.paired != SignificanceTest::none && options.input.hypotheses;
  const std::string baseline = names_baseline ? names.front() : "";
  print(format_systems(names, columns, {significance.paired, asked, baseline}, options.output));
}

/// The program prints the metrics by name, but in the order asked for where it tests.
std::vector<std::string> in_order_of_output(std::vector<std::string> names, SignificanceTest test) {
  if (test == SignificanceTest::none) std::sort(names.begin(), names.end());
  return names;
}

bool is_regular_file(const std::string& path) {
  std::error_code unknown;
  return std::filesystem::is_regular_file(path, unknown);
}

/// sacreBLEU prints no line before it has read everything. Files can be read twice, so that all that is wrong
/// with them shows first and lines need not be held; standard input and pipes cannot.
PrintLines when_to_print(const InputOptions& input) {
  if (!input.hypotheses ||
      !std::all_of(input.hypotheses->begin(), input.hypotheses->end(), is_regular_file) ||
      !std::all_of(input.references.begin(), input.references.end(), is_regular_file))
    return PrintLines::at_the_end;
  const auto segments = open_parallel_files(input);
  while (segments->next())
    if (stop_requested()) throw Interrupted();
  return PrintLines::as_they_come;
}

void run(MetricOptions options) {
  drop_repeated_baseline(options);
  check(options);
  const CorpusMetrics metrics =
      make_corpus_metrics(in_order_of_output(options.names, options.significance.paired), options);
  const auto segments = open_parallel_files(options.input);
  check_systems(segments->systems().size(), options);
  if (options.output.sentence_level) {
    if (options.output.format == "json") options.output.format = "text";
    print_sentences(*segments, metrics, options.output, when_to_print(options.input));
    return;
  }
  print_corpus(*segments, metrics, options);
}

}  // namespace

void print_corpus(SegmentReader& segments, const CorpusMetrics& metrics, const MetricOptions& options) {
  const SignificanceOptions& significance = options.significance;
  const bool resamples = significance.confidence || significance.paired != SignificanceTest::none;
  const CorpusStatistics statistics = gather(segments, metrics, resamples ? Keep::segments : Keep::sums);
  if (statistics.segments == 0)
    refuse(fmt::format("{}: no segments", fmt::join(segments.systems(), ", ")),
           "Test set None contains no sentence");
  MetricOptions shown = options;
  shown.output.color = options.output.color && ::isatty(STDOUT_FILENO) == 1;
  if (statistics.systems.size() == 1)
    print_one_system(statistics, metrics, shown);
  else
    print_systems(statistics, metrics, shown);
}

void print_sentences(SegmentReader& segments, const CorpusMetrics& metrics, const OutputOptions& options,
                     PrintLines when) {
  constexpr std::size_t block = 1 << 16;
  std::string text;
  bool any = false;
  while (segments.next()) {
    any = true;
    CommonSignature common;
    common.references = std::to_string(segments.references().size());
    for (const auto& metric : metrics) {
      const auto statistics = metric->segment(segments.hypotheses().front(), segments.references());
      text += score_line(score_report(*metric, statistics, common), options) + "\n";
    }
    if (stop_requested()) throw Interrupted();
    if (when == PrintLines::at_the_end || text.size() < block) continue;
    print(text);
    text.clear();
  }
  print(text);
  if (!any)
    refuse(fmt::format("{}: no segments", segments.systems().front()), "Test set None contains no sentence");
}

int run_sacrebleu(std::span<const std::string> arguments) {
  const MetricOptions options = parse_sacrebleu(arguments);
  try {
    run(options);
    return kDone;
  } catch (const SacrebleuError& error) {
    complain(error.what());
    const std::string line = "sacreBLEU: " + error.their_line + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
    return error.exit_code;
  } catch (const InputError& error) {  // sacreBLEU fails with 1 at what is not a usage error
    complain(error.what());
    return kFailed;
  }
}

}  // namespace iiet
