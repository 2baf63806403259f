#pragma once

#include <span>
#include <string>

#include "harness/eval/metric.hpp"
#include "harness/eval/task.hpp"

namespace iiet {

/// The common kind of Choice: one context, a space before each text.
Choice choice_after(const std::string& context, std::span<const std::string> texts, std::size_t gold);

/// The same for documents with `choices` {text, label} and `answerKey` (ARC, OpenBookQA): gold is where the
/// key stands among the document's own labels. Throws InputError if it does not.
Choice labelled_choice_after(const std::string& context, const Json& document);

/// `index` as the place of an option. Throws InputError naming `field` unless 0 <= index < options.
std::size_t option_place(const char* field, std::int64_t index, std::size_t options);

/// Place of the largest score, the first of several; as numpy's argmax, NaN is larger than any number.
std::size_t first_largest(std::span<const double> scores);

/// What log-likelihoods are divided by before they are compared.
using Length = double (*)(const std::string& text);

/// 1 where the option of the largest log-likelihood / length is the right one, else 0. Throws Error unless
/// the sample is a Choice with one response an option.
DocumentValue is_best_option_right(const Sample& sample, std::span<const Response> responses, Length length);

/// The sample as a T, for metrics of one kind of sample; throws Error naming the metric for another kind.
template <typename T>
const T& expect_sample(const Sample& sample, const char* metric) {
  if (const T* expected = std::get_if<T>(&sample)) return *expected;
  throw Error(fmt::format("metric '{}' has no meaning for this kind of sample", metric));
}

}  // namespace iiet
