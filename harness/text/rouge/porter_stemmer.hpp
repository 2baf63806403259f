#pragma once

#include <string>
#include <string_view>

namespace iiet {

/// The stem of a lower-case word of a-z and 0-9: Porter's algorithm (Program 14, 1980) with the changes of
/// NLTK's `PorterStemmer` in its default mode NLTK_EXTENSIONS, which rouge_score calls.
std::string porter_stem(std::string_view word);

}  // namespace iiet
