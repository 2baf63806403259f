#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/base/registry.hpp"
#include "harness/metric/outcome.hpp"

namespace iiet {

/// What one document contributes to a metric.
struct DocumentValue {
  double value = 0;                     // of this document; of a ratio of sums its share of the numerator
  double weight = 1;                    // its share of the denominator
  std::vector<double> statistics = {};  // of DocumentForm::kTexts only: what is added up over documents
};

/// What a value is measured in.
enum class Unit {
  kShare,       // 0 to 1; papers show it in percent
  kPercent,     // 0 to 100, or above
  kPerplexity,  // 1 or more
  kBits
};

/// What a document contributes, which also says how it is logged and how two runs are compared on it.
enum class DocumentForm {
  kRightOrWrong,  // 1 or 0: exact McNemar test
  kNumber,        // the metric follows from the mean: paired bootstrap, as of the others below
  kRatio,         // numerator and denominator: the metric follows from the ratio of the sums
  kTexts          // answer and references: the metric follows from the sums of statistics of them
};

/// How the standard error of a metric is estimated.
enum class StandardError { kOfMean, kBootstrap, kNone };

/// Measures documents by one or more metrics; what these have in common is done once. It keeps words seen and
/// patterns compiled: one for all documents of a task, and not safe from several threads.
class Measure {
 public:
  virtual ~Measure() = default;
  /// One value for each name it was made for. Throws Error where the metrics have no meaning for the outcome.
  virtual std::vector<DocumentValue> of_document(const Outcome& outcome) = 0;
};

/// What a metric is: all that tasks, reports and comparisons ask about it. Documents become values, values
/// are added up, and the metric is a function of the sums. The order of documents is irrelevant but for the
/// bootstrap's stream.
struct Metric {
  std::string name;
  std::string about;
  bool higher_is_better = true;
  Unit unit = Unit::kShare;
  DocumentForm form = DocumentForm::kRightOrWrong;
  StandardError error = StandardError::kOfMean;
  std::size_t most_resamples = std::numeric_limits<std::size_t>::max();  // of the bootstrap of its error
  /// Measures documents by metrics that have this function in common.
  std::unique_ptr<Measure> (*measure)(std::span<const std::string> names) = nullptr;
  /// The metric of the sums of what `summands` gives.
  double (*of_sums)(std::span<const double> sums) = nullptr;
};
template <>
inline constexpr std::string_view kind_of<Metric> = "metric";

/// What is added up over documents: value and weight, or the statistics of texts.
std::vector<double> summands(const Metric& metric, const DocumentValue& value);

/// Measures documents by any metrics, each family of them at once.
class Measurement {
 public:
  explicit Measurement(std::span<const Metric* const> metrics);
  /// One value a metric, in their order.
  std::vector<DocumentValue> of_document(const Outcome& outcome);

 private:
  struct Family {
    std::unique_ptr<Measure> measure;
    std::vector<std::size_t> places;  // of its values among all
  };
  std::size_t metrics_;
  std::vector<Family> families_;
};

/// The `measure` of a metric that has nothing in common with others.
template <DocumentValue (*of_outcome)(const Outcome&)>
std::unique_ptr<Measure> alone(std::span<const std::string>) {
  struct Alone : Measure {
    std::vector<DocumentValue> of_document(const Outcome& outcome) override { return {of_outcome(outcome)}; }
  };
  return std::make_unique<Alone>();
}

}  // namespace iiet
