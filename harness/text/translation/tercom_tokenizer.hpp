#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace iiet {

/// Options of the tokeniser of tercom, the reference implementation of TER (Snover et al. 2006).
struct TercomOptions {
  bool normalized = false;     // mteval-style splitting of punctuation, entities decoded
  bool no_punct = false;       // delete punctuation
  bool asian_support = false;  // split CJK ideographs and Asian punctuation; with no_punct delete the latter
  bool case_sensitive = false;
};

/// A line (valid UTF-8) as sacreBLEU's `tercom` tokeniser returns it: words separated by single blanks.
std::string tercom_tokenized(std::string_view line, const TercomOptions& options);

}  // namespace iiet
