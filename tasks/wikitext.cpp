#include <array>
#include <utility>

#include "harness/base/unicode.hpp"
#include "harness/eval/task.hpp"

namespace iiet {
namespace {

using Replacement = std::pair<const char*, const char*>;

constexpr std::array kBeforePairs{
    Replacement{" @-@ ", "-"}, Replacement{" @,@ ", ","}, Replacement{" @.@ ", "."},
    Replacement{" : ", ": "},  Replacement{" ; ", "; "},  Replacement{" . ", ". "},
    Replacement{" ! ", "! "},  Replacement{" ? ", "? "},  Replacement{" , ", ", "},
};

constexpr std::array kAfterPairs{
    Replacement{"= = = =", "===="},    Replacement{"= = =", "==="}, Replacement{"= =", "=="},
    Replacement{" \u00b0 ", "\u00b0"}, Replacement{" \n", "\n"},    Replacement{"\n ", "\n"},
    Replacement{" N ", " 1 "},         Replacement{" 's", "'s"},
};

/// The reference means to join decades here, but writes its pattern out as the replacement.
std::string with_decades(const std::string& text) {
  constexpr std::size_t kLength = 5;  // /' 0/
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    if (text.compare(i, 3, "/' ") == 0 && i + kLength <= text.size() && text[i + 3] >= '0' &&
        text[i + 3] <= '9' && text[i + 4] == '/') {
      result += "/'[0-9]/";
      i += kLength;
    } else {
      result += text[i++];
    }
  }
  return result;
}

/// Strips what stands between an opening character and the next closing one, over the whole text.
std::string with_tight_pairs(const std::string& text, char open, char close) {
  std::string result;
  std::size_t done = 0;
  for (;;) {
    const std::size_t begin = text.find(open, done);
    const std::size_t end = begin == std::string::npos ? begin : text.find(close, begin + 1);
    if (end == std::string::npos) return result.append(text, done);
    result.append(text, done, begin + 1 - done);
    result.append(strip(std::string_view(text).substr(begin + 1, end - begin - 1)));
    result += close;
    done = end + 1;
  }
}

/// WikiText's tokenised text as running text.
std::string detokenised(const std::string& page) {
  std::string text = with_decades(replace_all(page, "s '", "s'"));
  for (const auto& [from, to] : kBeforePairs) text = replace_all(text, from, to);
  for (const auto& [open, close] : {std::pair('(', ')'), std::pair('[', ']'), std::pair('{', '}'),
                                    std::pair('"', '"'), std::pair('\'', '\'')})
    text = with_tight_pairs(text, open, close);
  for (const auto& [from, to] : kAfterPairs) text = replace_all(text, from, to);
  return text;
}

/// The running text is scored; words and bytes are those of the page as it is.
Sample sample(const Json& document) {
  const std::string& page = field<std::string>(document, "page");
  return Passage{detokenised(page), count_words(page), page.size()};
}

const Registrar<Task> registered{{
    .name = "wikitext",
    .version = "2.0",
    .about = "perplexity of Wikipedia articles (WikiText-2)",
    .data = {.folder = "wikitext", .training = "train", .validation = "validation", .test = "test"},
    .metrics = {"word_perplexity", "byte_perplexity", "bits_per_byte"},
    .sample = sample,
}};

}  // namespace
}  // namespace iiet
