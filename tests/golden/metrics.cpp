// `iiet-eval metric` on small texts of ours: sacrebleu's output byte for byte, rouge_score's numbers.

#include <array>

#include <fmt/format.h>

#include "tests/golden/golden.hpp"

namespace iiet::test {
namespace {

/// The texts of the golden file in a folder.
struct Texts {
  TemporaryFolder folder;
  explicit Texts(const Json& golden) {
    for (const auto& [name, lines] : golden["files"].items()) {
      std::string text;
      for (const Json& line : lines) text += line.get<std::string>() + "\n";
      write_file_atomically(folder.path() / name, text);
    }
    std::string summaries;
    for (const Json& pair : golden["summaries"]) summaries += pair.dump() + "\n";
    write_file_atomically(folder.path() / "summaries.jsonl", summaries);
  }
  Run metric(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "metric");
    return run_program_in(folder.path(), arguments);
  }
};

void check_triple(const Json& found, const Json& expected) {
  std::size_t i = 0;
  for (const char* part : {"precision", "recall", "fmeasure"})
    CHECK(found[part].get<double>() == Approx(expected[i++].get<double>()).epsilon(1e-12));
}

}  // namespace

TEST_CASE("own golden: metric prints what sacrebleu prints") {
  const Json golden = own_golden("metrics.json");
  const Texts texts(golden);
  REQUIRE(golden["sacrebleu"].size() == 22);
  for (const Json& call : golden["sacrebleu"]) {
    INFO(call["arguments"]);
    const Run run = texts.metric(call["arguments"].get<std::vector<std::string>>());
    CHECK(run.exit_code == 0);
    CHECK(run.out == call["out"].get<std::string>());
  }
}

TEST_CASE("own golden: BLEU of tokenised text") {
  const Json golden = own_golden("metrics.json");
  const Json& score = golden["tokenised"];
  const auto number = [&](const char* name) { return score[name].get<double>(); };
  const auto p = score["precisions"].get<std::vector<double>>();
  const Run run = Texts(golden).metric({"tokenised-bleu", "--hypotheses", "a", "--references", "ref"});
  CHECK(run.exit_code == 0);
  CHECK(run.out ==
        fmt::format("BLEU = {:.2f}, {:.1f}/{:.1f}/{:.1f}/{:.1f} (BP={:.3f}, ratio={:.3f}, hyp_len={}, "
                    "ref_len={})\n",
                    number("score"), p[0], p[1], p[2], p[3], number("bp"),
                    number("hyp_len") / number("ref_len"), score["hyp_len"].get<int>(),
                    score["ref_len"].get<int>()));
}

TEST_CASE("own golden: ROUGE and its intervals are rouge_score's") {
  const Json golden = own_golden("metrics.json");
  const Texts texts(golden);
  REQUIRE(golden["rouge"].size() == 2);
  for (const Json& entry : golden["rouge"]) {
    std::vector<std::string> arguments{"rouge1,rouge2,rouge3,rougeL,rougeLsum", "--hypotheses",
                                       "summaries.jsonl", "--json", "--confidence"};
    if (entry["use_stemmer"].get<bool>()) arguments.push_back("--use-stemmer");
    const Run run = texts.metric(arguments);
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    const Json found = parse_json(run.out, "answer");
    REQUIRE(found.size() == 5);
    for (const Json& metric : found) {
      const auto name = metric["name"].get<std::string>();
      INFO(name << " " << entry["use_stemmer"]);
      check_triple(metric, entry["means"][name]);
      std::size_t i = 0;
      for (const char* limit : {"low", "mid", "high"})
        check_triple(metric[limit], entry["low_mid_high"][name][i++]);
    }
  }
}

}  // namespace iiet::test
