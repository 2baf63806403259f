#include "harness/eval/generated_text.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/eval/bootstrap.hpp"
#include "harness/eval/choices.hpp"
#include "harness/text/rouge/rouge.hpp"

namespace iiet {
namespace {

constexpr std::size_t kMostResamples = 100;

std::vector<std::string_view> references_of(const Sample& sample, const char* metric) {
  const auto& references = expect_sample<Generation>(sample, metric).references;
  return {references.begin(), references.end()};
}

void add(std::vector<double>& sums, const DocumentValue& document) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += document.statistics[i];
}

}  // namespace

DocumentValue corpus_value(const Sample& sample, std::span<const Response> responses, CorpusMetric& metric) {
  const auto references = references_of(sample, metric.name().c_str());
  auto statistics = metric.segment(responses.front().text, references);
  return {.value = metric.score(statistics), .statistics = std::move(statistics)};
}

Estimate corpus_estimate(std::span<const DocumentValue> documents, const Resampling& resampling,
                         const CorpusMetric& metric) {
  if (documents.empty()) throw Error("a metric over no documents has no value");
  std::vector<double> sums(metric.width());
  for (const DocumentValue& document : documents) add(sums, document);
  const auto of_resample = [&](std::span<const std::size_t> places) {
    std::vector<double> drawn(metric.width());
    for (const std::size_t place : places) add(drawn, documents[place]);
    return metric.score(drawn);
  };
  const Resampling capped{std::min(resampling.iterations, kMostResamples), resampling.threads};
  return {metric.score(sums), bootstrap_standard_error(documents.size(), of_resample, capped),
          documents.size()};
}

DocumentValue rouge_value(const Sample& sample, std::span<const Response> responses, const char* type) {
  thread_local std::map<std::string_view, RougeScorer> scorers;
  auto scorer = scorers.find(type);
  if (scorer == scorers.end())
    scorer = scorers.emplace(type, RougeScorer({rouge_type(type)}, RougeStemming::kPorter)).first;
  return {scorer->second.score_multi(references_of(sample, type), responses.front().text).front().fmeasure};
}

}  // namespace iiet
