#include "harness/report/paired_test.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

#include "harness/base/error.hpp"
#include "harness/report/significance.hpp"
#include "harness/text/translation/bleu.hpp"
#include "harness/text/translation/chrf.hpp"
#include "harness/text/translation/ter.hpp"

namespace iiet {
namespace {

/// The corpus metrics as lm-evaluation-harness computes them: sacreBLEU's defaults.
std::unique_ptr<CorpusMetric> corpus_metric(const std::string& name) {
  if (name == "bleu") return std::make_unique<Bleu>(BleuOptions{});
  if (name == "chrf") return std::make_unique<Chrf>(ChrfOptions{});
  if (name == "chrf++") return std::make_unique<Chrf>(ChrfOptions{.word_order = 2});
  if (name == "ter") return std::make_unique<Ter>(TercomOptions{});
  return nullptr;
}

enum class Form {
  kNumber,  // the document's value; the result follows from the mean
  kRatio,   // numerator and denominator of a ratio of sums (perplexities of texts)
  kTexts    // reference and answer
};

bool has_form(const Json& value, Form form) {
  if (form == Form::kNumber) return value.is_number();
  if (!value.is_array() || value.size() != 2) return false;
  return form == Form::kRatio ? value[0].is_number() && value[1].is_number()
                              : value[0].is_string() && value[1].is_string();
}

bool is_right_or_wrong(const Json& value) { return value == 0 || value == 1; }

Form form_of(const std::string& result, const LoggedValues& run) {
  for (const Form form : {Form::kNumber, Form::kRatio, Form::kTexts})
    if (std::all_of(run.values.begin(), run.values.end(),
                    [&](const Json& value) { return has_form(value, form); }))
      return form;
  throw InputError("metric " + result + ": the samples files log values that cannot be compared");
}

/// Statistics of documents and what makes a score of their sums.
class ScoredDocuments {
 public:
  ScoredDocuments(const std::string& result, Form form)
      : form_(form),
        metric_(form == Form::kTexts ? corpus_metric(result.substr(0, result.find(','))) : nullptr) {
    require(form != Form::kTexts || metric_, "metric {}: cannot be computed from the samples files", result);
  }

  DocumentStatistics statistics(const LoggedValues& run) {
    DocumentStatistics all;
    all.reserve(run.values.size());
    for (const Json& value : run.values) all.push_back(of_document(value));
    return all;
  }

  /// Of log-probabilities this is no perplexity, but what one follows from.
  double score(std::span<const double> sums) const {
    if (metric_) return metric_->score(sums);
    return sums[1] == 0 ? 0 : sums[0] / sums[1];
  }

 private:
  std::vector<double> of_document(const Json& value) {
    if (form_ == Form::kNumber) return {value.get<double>(), 1.0};
    if (form_ == Form::kRatio) return value.get<std::vector<double>>();
    const std::vector<std::string_view> reference{value[0].get_ref<const std::string&>()};
    return metric_->segment(value[1].get_ref<const std::string&>(), reference);
  }

  Form form_;
  std::unique_ptr<CorpusMetric> metric_;
};

PairedTest mcnemar(const LoggedValues& old_run, const LoggedValues& new_run) {
  std::size_t only_old = 0, only_new = 0;
  for (std::size_t i = 0; i < old_run.values.size(); ++i) {
    only_old += old_run.values[i] > new_run.values[i] ? 1 : 0;
    only_new += new_run.values[i] > old_run.values[i] ? 1 : 0;
  }
  return {mcnemar_p_value(only_old, only_new),
          fmt::format("McNemar, {} lost, {} gained", only_old, only_new)};
}

bool are_right_or_wrong(const LoggedValues& run) {
  return std::all_of(run.values.begin(), run.values.end(), is_right_or_wrong);
}

bool near(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(b)); }

}  // namespace

PairedTest paired_test(const std::string& result, const LoggedValues& old_run, const LoggedValues& new_run) {
  if (are_right_or_wrong(old_run) && are_right_or_wrong(new_run)) return mcnemar(old_run, new_run);
  const Form form = form_of(result, old_run);
  require(form == form_of(result, new_run), "metric {}: the two samples files log values of different forms",
          result);
  ScoredDocuments documents(result, form);
  const double p_value =
      paired_bootstrap_p_value(documents.statistics(old_run), documents.statistics(new_run),
                               [&](std::span<const double> sums) { return documents.score(sums); });
  return {p_value, "paired bootstrap"};
}

bool gives_value(const std::string& result, const LoggedValues& run, double reported) {
  ScoredDocuments documents(result, form_of(result, run));
  std::vector<double> sums;
  for (const std::vector<double>& document : documents.statistics(run)) {
    sums.resize(document.size());
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += document[i];
  }
  const double score = documents.score(sums);
  // Perplexities and bits are what log-probabilities are reported as.
  return near(score, reported) || near(std::exp(-score), reported) ||
         near(-score / std::numbers::ln2, reported);
}

}  // namespace iiet
