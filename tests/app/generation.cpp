// How `generate` chooses tokens and ends texts; what it refuses.

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/base/files.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

/// Runs `generate --json` on these lines; the lines of its answer.
std::vector<Json> generate(const Model& model, std::vector<std::string> flags, const std::string& input) {
  flags.insert(flags.begin(), {"generate", "--json", "--threads", "1", "--model", model.path});
  const Run run = run_program(flags, input);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  std::vector<Json> lines;
  for (const std::string_view line : lines_of(run.out)) lines.push_back(parse_json(line, "answer"));
  return lines;
}

const std::string kPrompts =
    "{\"prompt\": \"ab\"}\n{\"prompt\": \"Once upon a time\"}\n{\"ids\": [7, 8, 9]}\n";

void check_same(const std::vector<Json>& a, const std::vector<Json>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    REQUIRE(a[i]["hypotheses"].size() == b[i]["hypotheses"].size());
    for (std::size_t h = 0; h < a[i]["hypotheses"].size(); ++h) {
      const Json &x = a[i]["hypotheses"][h], &y = b[i]["hypotheses"][h];
      CHECK(x["ids"] == y["ids"]);
      CHECK(x["text"] == y["text"]);
      CHECK(x["score"].get<double>() == Approx(y["score"].get<double>()).margin(1e-5));
    }
  }
}

}  // namespace

TEST_CASE("generate: beams and samples are the same in every batch, best first") {
  const Model model;
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{"--beam", "4", "--n-best", "4", "--length-penalty", "0.6"},
        {"--temperature", "0.9", "--top-k", "50", "--top-p", "0.95", "--seed", "5", "--n-best", "3"}}) {
    auto one = flags, many = flags;
    one.insert(one.end(), {"--max-new-tokens", "8", "--batch", "1"});
    many.insert(many.end(), {"--max-new-tokens", "8", "--batch", "64"});
    const auto found = generate(model, one, kPrompts);
    check_same(found, generate(model, many, kPrompts));
    for (const Json& line : found) {
      std::vector<double> scores;
      std::set<std::string> different;
      for (const Json& h : line["hypotheses"]) {
        scores.push_back(h["score"].get<double>());
        different.insert(h["ids"].dump());
        CHECK(h["ids"].size() == h["logprobs"].size());
      }
      CHECK(std::is_sorted(scores.rbegin(), scores.rend()));
      CHECK(different.size() == scores.size());
    }
  }
}

TEST_CASE("generate: a beam of fairseq ends with the end symbol and is normalised by its length") {
  const Model model;
  const auto score_of = [](const Json& line, double penalty) {
    double sum = 0;
    for (const Json& p : line["logprobs"]) sum += p.get<double>();
    return sum / std::pow(static_cast<double>(line["ids"].size()), penalty);
  };
  for (const Json& line :
       generate(model, {"--beam", "3", "--length-penalty", "0.5", "--max-new-tokens", "4"}, kPrompts)) {
    CHECK(line["ids"].back() == 256);
    CHECK(line["finished"] == true);
    CHECK(line["ids"].size() <= 5);
    CHECK(line["score"].get<double>() == Approx(score_of(line, 0.5)).epsilon(1e-6));
    CHECK(line["text"].get<std::string>().find("endoftext") == std::string::npos);
  }
  for (const Json& line :
       generate(model, {"--search", "fairseq", "--unnormalized", "--max-new-tokens", "4"}, kPrompts))
    CHECK(line["score"].get<double>() == Approx(score_of(line, 0)).epsilon(1e-6));
}

TEST_CASE("generate: stop strings cut the text and finish it, from the flag and from a line") {
  const Model model;
  const Json free = generate(model, {"--max-new-tokens", "20"}, "{\"prompt\": \"ab\"}\n")[0];
  const auto ids = free["ids"].get<std::vector<int>>();
  // Ids are bytes here: two neighbours that are plain characters are a stop string across a border of tokens.
  const auto plain = [&](std::size_t i) { return ids[i] > ' ' && ids[i] < 127; };
  std::size_t at = 1;
  while (at + 1 < ids.size() && !(plain(at) && plain(at + 1))) ++at;
  REQUIRE(at + 1 < ids.size());
  const std::string stop{static_cast<char>(ids[at]), static_cast<char>(ids[at + 1])};
  const auto text = free["text"].get<std::string>();
  const std::string line = Json{{"prompt", "ab"}, {"stop", {"nowhere in it", stop}}}.dump() + "\n";
  for (const Json& found : {generate(model, {"--max-new-tokens", "20"}, line)[0],
                            generate(model, {"--max-new-tokens", "20", "--stop", "x y z", "--stop", stop},
                                     "{\"prompt\": \"ab\"}\n")[0]}) {
    CHECK(found["finished"] == true);
    CHECK(found["text"] == text.substr(0, text.find(stop)));
    CHECK(found["ids"].size() <= at + 2);
    CHECK(found["ids"].size() < ids.size());
  }
}

TEST_CASE("generate: an empty prompt is the token before an empty context") {
  const Model model;
  const Run text =
      run_program({"generate", "--threads", "1", "--model", model.path, "--max-new-tokens", "3"}, "a\n\nb\n");
  CHECK(text.exit_code == 0);
  CHECK(std::count(text.out.begin(), text.out.end(), '\n') == 3);
  const auto json = generate(model, {"--max-new-tokens", "3"}, "{\"prompt\": \"\"}\n{\"ids\": [256]}\n");
  CHECK(json[0] == json[1]);
}

TEST_CASE("generate refuses flags that do not fit before it loads the model") {
  const Model model;
  write_file_atomically(std::filesystem::path(model.path) / "model.safetensors", "damaged");
  const auto refused = [&](std::vector<std::string> flags, const std::vector<std::string>& parts,
                           const std::string& input = "{\"prompt\": \"a\"}\n") {
    flags.insert(flags.begin(), {"generate", "--json", "--model", model.path});
    check_refused(run_program(flags, input), 2, parts);
  };
  refused({"--top-p", "1.5"}, {"top-p", "1.5"});
  refused({"--top-p", "0"}, {"top-p"});
  refused({"--temperature", "-1"}, {"--temperature"});
  refused({"--temperature", "nan"}, {"temperature", "nan"});
  refused({"--temperature", "1", "--n-best", "5000"}, {"--n-best", "5000"});
  refused({"--top-k", "0"}, {"--top-k"});
  refused({"--beam", "0"}, {"--beam"});
  refused({"--beam", "257"}, {"beam 257", "257 tokens"});
  refused({"--beam", "4", "--top-k", "5"}, {"--top-k", "beam search does not sample"});
  refused({"--beam", "2", "--n-best", "3"}, {"n-best 3", "2"});
  refused({"--n-best", "3"}, {"n-best 3", "greedy"});
  refused({"--length-penalty", "0.6"}, {"--length-penalty", "--beam"});
  refused({"--unnormalized"}, {"--unnormalized", "--beam"});
  refused({"--beam", "2", "--unnormalized", "--length-penalty", "1"}, {"--unnormalized", "--length-penalty"});
  refused({"--seed", "3"}, {"--seed", "--temperature"});
  refused({"--min-new-tokens", "9", "--max-new-tokens", "8"}, {"--min-new-tokens 9", "--max-new-tokens 8"});
  refused({"--search", "ct2"}, {"--search ct2", "fairseq"});
  refused({"--search", "hf"}, {"--search hf", "fairseq"});
  refused({"--search", "fairsec"}, {"did you mean 'fairseq'?"});
  refused({"--stop", ""}, {"stop string"});
  refused({}, {":1", "'stop'"}, "{\"prompt\": \"a\", \"stop\": \"b\"}\n");
  refused({}, {":2", "stop string"}, "{\"prompt\": \"a\"}\n{\"prompt\": \"a\", \"stop\": [\"\"]}\n");
  refused({}, {":1", "prompt or ids"}, "{\"prompt\": \"a\", \"ids\": [1]}\n");
  refused({}, {":1", "513"}, "{\"prompt\": \"" + std::string(513, 'x') + "\"}\n");
  check_refused(
      run_program({"generate", "--model", model.path, "--temperature", "1", "--n-best", "2"}, "a\n"), 2,
      {"--n-best", "--json"});
  check_refused(run_program({"generate", "--model", model.path}, "a\nb \xFF\n"), 2, {":2", "UTF-8", "byte 3"});
}

}  // namespace iiet::test
