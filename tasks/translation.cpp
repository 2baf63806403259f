#include <array>

#include "harness/eval/task.hpp"

namespace iiet {
namespace {

/// A test set in one direction. Tasks that lm-evaluation-harness has carry its version, ours are of version
/// 0.
struct Direction {
  const char *task, *version, *about, *folder, *source, *target;
};

constexpr std::array kDirections{
    Direction{"wmt14-en-fr", "1.0", "newstest2014, English to French", "wmt14/fr-en", "en", "fr"},
    Direction{"wmt14-fr-en", "1.0", "newstest2014, French to English", "wmt14/fr-en", "fr", "en"},
    Direction{"wmt14-en-de", "0", "newstest2014, English to German", "wmt14/de-en", "en", "de"},
    Direction{"wmt16-en-de", "1.0", "newstest2016, English to German", "wmt16/de-en", "en", "de"},
    Direction{"wmt16-de-en", "1.0", "newstest2016, German to English", "wmt16/de-en", "de", "en"},
    Direction{"wmt16-en-ro", "1.0", "newstest2016, English to Romanian", "wmt16/ro-en", "en", "ro"},
    Direction{"wmt16-ro-en", "1.0", "newstest2016, Romanian to English", "wmt16/ro-en", "ro", "en"},
    Direction{"wmt21-en-de", "0", "newstest2021, English to German", "wmt21/en-de", "en", "de"},
    Direction{"wmt21-de-en", "0", "newstest2021, German to English", "wmt21/de-en", "de", "en"},
    Direction{"wmt22-en-de", "0", "generaltest2022, English to German", "wmt22/en-de", "en", "de"},
    Direction{"wmt22-de-en", "0", "generaltest2022, German to English", "wmt22/de-en", "de", "en"},
    Direction{"iwslt14-de-en", "0", "TED talks of IWSLT14, German to English", "iwslt14/de-en", "de", "en"},
    Direction{"multi30k-en-de", "0", "captions of pictures, English to German", "multi30k/en-de", "en", "de"},
    Direction{"multi30k-en-fr", "0", "captions of pictures, English to French", "multi30k/en-fr", "en", "fr"},
};

std::string language(std::string_view code) {
  if (code == "de") return "German";
  if (code == "en") return "English";
  if (code == "fr") return "French";
  if (code == "ro") return "Romanian";
  throw Error(fmt::format("no name for the language {}", code));
}

std::string text_in(const Json& document, const char* code) {
  const Json& translation = field(document, "translation");
  require(translation.is_object(), "field 'translation': an object expected, found {}",
          translation.type_name());
  std::string text = field<std::string>(translation, code);
  require(!text.empty(), "field '{}' of 'translation': a sentence expected, found nothing", code);
  return text;
}

/// The reference keeps the space that separates it from the prompt, as lm-evaluation-harness has it.
Sample sample(const Direction& direction, const Json& document) {
  return Generation{.prompt = fmt::format("{} phrase: {}\n{} phrase:", language(direction.source),
                                          text_in(document, direction.source), language(direction.target)),
                    .stops = {"\n"},
                    .references = {" " + text_in(document, direction.target)}};
}

Task task(const Direction& direction) {
  return {.name = direction.task,
          .version = direction.version,
          .about = direction.about,
          .data = {.folder = direction.folder, .validation = "validation", .test = "test"},
          .metrics = {"bleu", "ter", "chrf"},
          .sample = [direction](const Json& document) { return sample(direction, document); }};
}

struct Registered {
  Registered() {
    TaskGroup group{"translation", "translation of sentences after a prompt, without examples", {}};
    for (const Direction& direction : kDirections) {
      Registry<Task>::add(task(direction));
      group.tasks.emplace_back(direction.task);
    }
    Registry<TaskGroup>::add(std::move(group));
  }
};
const Registered registered;

}  // namespace
}  // namespace iiet
