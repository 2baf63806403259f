#pragma once

#include <span>
#include <string>

#include "harness/eval/task.hpp"

namespace iiet {

/// The common kind of Choice: one context, a space before each text.
Choice choice_after(const std::string& context, std::span<const std::string> texts, std::size_t gold);

/// The same for documents with `choices` {text, label} and `answerKey` (ARC, OpenBookQA): gold is where the
/// key stands among the document's own labels. Throws InputError if it does not.
Choice labelled_choice_after(const std::string& context, const Json& document);

/// `index` as the place of an option. Throws InputError naming `field` unless 0 <= index < options.
std::size_t option_place(const char* field, std::int64_t index, std::size_t options);

}  // namespace iiet
