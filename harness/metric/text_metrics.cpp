#include "harness/metric/text_metrics.hpp"

#include <vector>

#include "harness/text/rouge/rouge.hpp"

namespace iiet {
namespace {

class RougeMeasure : public Measure {
 public:
  explicit RougeMeasure(const std::vector<RougeType>& types) : scorer_(types, RougeStemming::kPorter) {}

  std::vector<DocumentValue> of_document(const Outcome& outcome) override {
    const auto& text = expect_outcome<TextOutcome>(outcome, to_string(scorer_.types().front()));
    std::vector<DocumentValue> values;
    for (const RougeScore& score : scorer_.score_multi(text.references, text.answer))
      values.push_back({score.fmeasure});
    return values;
  }

 private:
  RougeScorer scorer_;
};

class CorpusMeasure : public Measure {
 public:
  explicit CorpusMeasure(std::unique_ptr<CorpusMetric> metric) : metric_(std::move(metric)) {}

  std::vector<DocumentValue> of_document(const Outcome& outcome) override {
    const auto& text = expect_outcome<TextOutcome>(outcome, metric_->name());
    auto statistics = metric_->segment(text.answer, text.references);
    return {{.value = metric_->score(statistics), .statistics = std::move(statistics)}};
  }

 private:
  std::unique_ptr<CorpusMetric> metric_;
};

}  // namespace

std::unique_ptr<Measure> rouge_measure(std::span<const std::string> names) {
  std::vector<RougeType> types;
  for (const std::string& name : names) types.push_back(rouge_type(name));
  return std::make_unique<RougeMeasure>(types);
}

Metric rouge_metric(Metric metric) {
  metric.form = DocumentForm::kNumber;
  metric.measure = rouge_measure;
  metric.of_sums = ratio_of_sums;
  return metric;
}

std::unique_ptr<Measure> corpus_measure(std::unique_ptr<CorpusMetric> metric) {
  return std::make_unique<CorpusMeasure>(std::move(metric));
}

}  // namespace iiet
