#include "harness/metric/logged_value.hpp"

#include <algorithm>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

bool is_pair(const Json& value) { return value.is_array() && value.size() == 2; }

bool are_texts(const Json& value) {
  const auto is_text = [](const Json& item) { return item.is_string(); };
  return value.is_string() ||
         (value.is_array() && !value.empty() && std::all_of(value.begin(), value.end(), is_text));
}

bool has_form(const Json& value, DocumentForm form) {
  switch (form) {
    case DocumentForm::kRightOrWrong:
      return value == 0 || value == 1;
    case DocumentForm::kNumber:
      return number_of(value).has_value();
    case DocumentForm::kRatio:
      return is_pair(value) && number_of(value[0]) && number_of(value[1]);
    case DocumentForm::kTexts:
      return is_pair(value) && are_texts(value[0]) && value[1].is_string();
  }
  return false;
}

const char* description_of(DocumentForm form) {
  switch (form) {
    case DocumentForm::kRightOrWrong:
      return "0 or 1";
    case DocumentForm::kNumber:
      return "a number";
    case DocumentForm::kRatio:
      return "two numbers";
    case DocumentForm::kTexts:
      break;
  }
  return "references and an answer";
}

TextOutcome text_outcome(const Json& value) {
  TextOutcome outcome;
  outcome.answer = value[1].get_ref<const std::string&>();
  if (value[0].is_string()) {
    outcome.references.push_back(value[0].get_ref<const std::string&>());
    return outcome;
  }
  for (const Json& reference : value[0])
    outcome.references.push_back(reference.get_ref<const std::string&>());
  return outcome;
}

std::vector<double> statistics_of_one(const Metric& metric, const Json& value, Measurement& measurement) {
  if (metric.form == DocumentForm::kTexts)
    return measurement.of_document(text_outcome(value)).front().statistics;
  if (metric.form == DocumentForm::kRatio) return {*number_of(value[0]), *number_of(value[1])};
  return {*number_of(value), 1.0};
}

}  // namespace

Json logged_value(const Metric& metric, const DocumentValue& value, const Outcome& outcome) {
  if (metric.form == DocumentForm::kRatio) return {number_json(value.value), number_json(value.weight)};
  if (metric.form != DocumentForm::kTexts) return number_json(value.value);
  const auto& text = expect_outcome<TextOutcome>(outcome, metric.name);
  Json references = text.references;
  return Json::array({text.references.size() == 1 ? references.front() : references, text.answer});
}

DocumentStatistics statistics_of(const Metric& metric, std::span<const Json> logged) {
  const Metric* const of = &metric;
  Measurement measurement(std::span(&of, 1));
  DocumentStatistics statistics;
  statistics.reserve(logged.size());
  for (const Json& value : logged) {
    require(has_form(value, metric.form), "metric {}: the samples files log {} where {} is expected",
            metric.name, value.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 60),
            description_of(metric.form));
    statistics.push_back(statistics_of_one(metric, value, measurement));
  }
  return statistics;
}

}  // namespace iiet
