#include <algorithm>

#include "harness/app/command.hpp"
#include "harness/app/metric/long_form.hpp"
#include "harness/app/metric/sacrebleu_form.hpp"
#include "harness/text/translation/signature.hpp"

namespace iiet {
namespace {

std::string help() {
  return fmt::format(
      "BLEU, chrF, TER and ROUGE of text files\n\n"
      "usage: iiet-eval metric REF… [-i HYP…] [-m bleu chrf ter] …        as the sacrebleu program {0}\n"
      "       iiet-eval metric NAME,… --hypotheses HYP… [--references REF…] …\n\n"
      "The first form takes sacrebleu's arguments and prints what it prints; hypotheses without -i come "
      "from\n"
      "standard input. Environment: SACREBLEU_SEED, SACREBLEU_FORMAT, NO_COLOR. Files named .gz are "
      "unpacked.\n\n"
      "{1}\n"
      "The second form, known by --hypotheses, has bleu, chrf, ter; rouge1 to rouge9, rougeL, rougeLsum;\n"
      "rouge155; tokenised-bleu. Without --references the file has JSON lines\n"
      "{{\"prediction\": \"…\", \"target\": \"…\"}} or \"targets\": [\"…\", null].\n\n"
      "{2}",
      kSacrebleuVersion, sacrebleu_help(), long_form_help());
}

bool is_long_form(std::span<const std::string> arguments) {
  return std::any_of(arguments.begin(), arguments.end(), [](const std::string& argument) {
    return argument == "--hypotheses" || argument.starts_with("--hypotheses=");
  });
}

int run(std::span<const std::string> arguments) {
  const auto has = [&](const char* flag) {
    return std::find(arguments.begin(), arguments.end(), flag) != arguments.end();
  };
  if (has("--help") || has("-h")) {
    print(help());
    return kDone;
  }
  if (has("--version") || has("-V")) {
    print(fmt::format("sacrebleu {}\n", kSacrebleuVersion));
    return kDone;
  }
  return is_long_form(arguments) ? run_long_form(arguments) : run_sacrebleu(arguments);
}

}  // namespace

const Command kMetricCommand{"metric", "BLEU, chrF, TER, ROUGE of text files; takes sacrebleu's arguments",
                             nullptr, run};

}  // namespace iiet
