// Answers of score, generate and eval: their order and kinds, and that batches and threads do not change
// them.

#include <cmath>
#include <csignal>

#include <fmt/format.h>

#include "harness/base/files.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

std::vector<Json> answers(const Run& run) {
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  std::vector<Json> lines;
  for (const std::string_view line : lines_of(run.out)) lines.push_back(Json::parse(line));
  return lines;
}

double sum(const Json& numbers, std::size_t from) {
  double total = 0;
  for (std::size_t i = from; i < numbers.size(); ++i) total += numbers[i].get<double>();
  return total;
}

/// A request's log-likelihood and how many tokens (bytes, for this tokenizer) it is of.
struct Scored {
  double loglikelihood = 0, tokens = 0;
};

/// All requests of a samples file, in order.
std::vector<Scored> scored(const fs::path& samples) {
  std::vector<Scored> all;
  for_each_json_line(samples, [&](const Json& line, std::size_t) {
    for (std::size_t i = 0; i < line["filtered_resps"].size(); ++i) {
      const Json& answer = line["filtered_resps"][i];
      const Json& argument = line["arguments"][fmt::format("gen_args_{}", i)];
      const std::string text = argument.value("arg_1", argument["arg_0"].get<std::string>());
      all.push_back({std::stod((answer.is_array() ? answer[0] : answer).get<std::string>()),
                     static_cast<double>(text.size())});
    }
  });
  return all;
}

}  // namespace

TEST_CASE("score answers every kind of line in the order of the input") {
  const Model model;
  const std::string input = R"({"ids": [256, 97, 98, 99]})"
                            "\n\n"
                            R"({"context": "a", "continuation": "bc"})"
                            "\n"
                            R"({"text": "abc"})"
                            "\n"
                            R"({"ids": [256, 97, 98, 99]})"
                            "\n"
                            R"({"context": "", "continuation": "abc"})"
                            "\n"
                            R"({"text": "two words\n"})"
                            "\n";
  const auto lines =
      answers(run_program({"score", "--threads", "1", "--model", model.path, "--top-logits", "3"}, input));
  REQUIRE(lines.size() == 6);
  const Json& ids = lines[0];
  REQUIRE(ids["logprobs"].size() == 3);
  REQUIRE(ids["top_logits"].size() == 3);
  CHECK(ids["top_logits"][0][1].get<double>() >= ids["top_logits"][1][1].get<double>());
  CHECK(lines[3] == ids);
  CHECK(lines[1]["tokens"] == 2);
  CHECK(lines[1]["is_greedy"].is_boolean());
  // The byte-level ids of "abc" behind <|endoftext|> are what a text and an empty context are scored as.
  CHECK(lines[2]["loglikelihood"].get<double>() == Approx(sum(ids["logprobs"], 0)).margin(3e-5));
  CHECK(lines[4]["loglikelihood"].get<double>() == Approx(sum(ids["logprobs"], 0)).margin(3e-5));
  CHECK(lines[2]["tokens"] == 3);
  CHECK(lines[2]["words"] == 1);
  CHECK(lines[2]["bytes"] == 3);
  CHECK(lines[5]["tokens"] == 10);
  CHECK(lines[5]["bytes"] == 10);
  for (const Json& line : lines)
    if (line.contains("loglikelihood")) CHECK(line["loglikelihood"].get<double>() < 0);
}

TEST_CASE("score reads and writes files, an empty input gives an empty output") {
  const Model model;
  const fs::path in = model.folder.path() / "in", out = model.folder.path() / "deep" / "out";
  write_file_atomically(in, R"({"text": "abc"})");
  const Run run = run_program(
      {"score", "--threads", "1", "--model", model.path, "--input", in.string(), "--output", out.string()});
  CHECK(run.exit_code == 0);
  CHECK(run.out.empty());
  CHECK(Json::parse(read_file(out))["tokens"] == 3);
  const Run nothing = run_program({"score", "--threads", "1", "--model", model.path}, "");
  CHECK(nothing.exit_code == 0);
  CHECK(nothing.out.empty());
}

TEST_CASE("generate gives the same answers one by one and in batches, in order") {
  const Model model;
  std::string input;
  for (int i = 0; i < 20; ++i)
    input +=
        Json{{"prompt", std::string(static_cast<std::size_t>(1 + i * 7 % 20), static_cast<char>('a' + i))}}
            .dump() +
        "\n";
  const auto with_batch = [&](const char* batch) {
    return answers(run_program({"generate", "--json", "--threads", "1", "--model", model.path,
                                "--max-new-tokens", "12", "--batch", batch},
                               input));
  };
  const auto one = with_batch("1"), eight = with_batch("8");
  REQUIRE(one.size() == 20);
  REQUIRE(eight.size() == 20);
  for (std::size_t i = 0; i < one.size(); ++i) {
    INFO(i << " " << one[i].dump());
    CHECK(one[i]["ids"] == eight[i]["ids"]);
    CHECK(one[i]["finished"] == eight[i]["finished"]);
    CHECK(one[i]["ids"].size() == one[i]["logprobs"].size());
    CHECK(std::abs(one[i]["score"].get<double>() - eight[i]["score"].get<double>()) < 1e-4);
    CHECK((one[i]["ids"].size() == 12 || one[i]["finished"] == true));
  }
}

TEST_CASE("generate: text in and out, a line for each line") {
  const Model model;
  const Run text = run_program({"generate", "--threads", "1", "--model", model.path, "--max-new-tokens", "5"},
                               "ab\nc d\n");
  CHECK(text.exit_code == 0);
  CHECK(std::count(text.out.begin(), text.out.end(), '\n') == 2);
  const auto json = answers(
      run_program({"generate", "--threads", "1", "--model", model.path, "--max-new-tokens", "5", "--json"},
                  R"({"ids": [97, 98]})"
                  "\n"
                  R"({"prompt": "ab"})"
                  "\n"));
  REQUIRE(json.size() == 2);
  CHECK(json[0] == json[1]);
  // What was generated is what score finds the most probable.
  Json whole = {{"ids", {97, 98}}};
  for (const Json& id : json[0]["ids"]) whole["ids"].push_back(id);
  const auto scored = answers(run_program({"score", "--threads", "1", "--model", model.path}, whole.dump()));
  CHECK(sum(scored[0]["logprobs"], 1) == Approx(json[0]["score"].get<double>()).margin(1e-4));
}

TEST_CASE("a folder without tokenizer scores and generates ids") {
  const Model model;
  fs::remove(fs::path(model.path) / "vocab.json");
  CHECK(answers(run_program({"score", "--threads", "1", "--model", model.path}, "{\"ids\": [1, 2]}\n"))
            .size() == 1);
  const auto generated = answers(
      run_program({"generate", "--json", "--threads", "1", "--model", model.path}, "{\"ids\": [1, 2]}\n"));
  CHECK(!generated[0].contains("text"));
  check_refused(run_program({"generate", "--threads", "1", "--model", model.path}, "a\n"), 2,
                {"no tokenizer"});
}

TEST_CASE("results do not depend on --batch-tokens and --threads") {
  const Model model;
  const fs::path out = model.folder.path() / "out";
  std::vector<std::vector<Scored>> all;
  std::vector<Json> metrics;
  for (const std::vector<std::string>& how : {std::vector<std::string>{"--threads", "1"},
                                              {"--threads", "3"},
                                              {"--threads", "1", "--batch-tokens", "1"},
                                              {"--threads", "2", "--batch-tokens", "333"},
                                              {"--threads", "2", "--batch-tokens", "100000"}}) {
    std::vector<std::string> arguments{"--models",          model.path,
                                       "--tasks",           "piqa,copa,wikitext",
                                       "--log-samples",     "--confirm-sample-data",
                                       "--bootstrap-iters", "50",
                                       "--output",          (out / "r.json").string()};
    arguments.insert(arguments.end(), how.begin(), how.end());
    const Run run = run_program(arguments);
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    all.emplace_back();
    for (const char* task : {"piqa", "copa", "wikitext"})
      for (const Scored& s : scored(out / "r" / fmt::format("samples_m_{}.jsonl", task)))
        all.back().push_back(s);
    metrics.push_back(Json::array());
    const Json report = read_json(out / "r.json");
    for (const Json& result : report["results"]) metrics.back().push_back(result["metrics"]);
  }
  for (std::size_t i = 1; i < all.size(); ++i) {
    REQUIRE(all[i].size() == all[0].size());
    for (std::size_t k = 0; k < all[0].size(); ++k)
      CHECK(std::abs(all[i][k].loglikelihood - all[0][k].loglikelihood) <= 1e-5 * all[0][k].tokens);
    CHECK(metrics[i][0]["acc"] == metrics[0][0]["acc"]);
    CHECK(metrics[i][1]["acc"] == metrics[0][1]["acc"]);
  }
}

TEST_CASE("show --json gives the requests that are scored, with the model's ids") {
  const Model model;
  const Run run = run_program({"show", "copa", "--doc", "1", "--json", "--model", model.path});
  const auto lines = answers(run);
  REQUIRE(lines.size() == 1);
  const Json& shown = lines[0];
  CHECK(shown["task"] == "copa");
  CHECK(shown["doc"] == 1);
  CHECK(shown["gold"].is_number_integer());
  REQUIRE(shown["requests"].size() == 2);
  const Json& request = shown["requests"][0];
  const std::string continuation = request["continuation"];
  CHECK(continuation.starts_with(" "));
  CHECK(request["context_ids"].size() == request["context"].get<std::string>().size());
  CHECK(request["continuation_ids"].size() == continuation.size());
  const Json page = answers(run_program({"show", "wikitext", "--json"}))[0];
  CHECK(page["requests"][0]["text"].is_string());
  CHECK(page["gold"].is_null());
}

TEST_CASE("show --requests writes lines that score reads") {
  const Model model;
  const std::string file = (model.folder.path() / "requests.jsonl").string();
  CHECK(run_program({"show", "copa", "--requests", file}).exit_code == 0);
  CHECK(answers(run_program({"score", "--threads", "1", "--model", model.path, "--input", file})).size() ==
        24);
}

TEST_CASE("init makes an untrained model of each variant that every command reads") {
  const Model model;
  const fs::path folder = model.folder.path();
  for (const char* type : {"iiet", "pcformer"}) {
    Json config = small_config();
    config.erase("untrained");
    config["model_type"] = type;
    write_file_atomically(folder / "c.json", config.dump());
    const std::string made = (folder / type).string();
    const Run run = run_program({"init", (folder / "c.json").string(), "--output", made, "--tokenizer",
                                 model.path + "/vocab.json", "--seed", "3"});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    CHECK(read_json(fs::path(made) / "config.json")["untrained"] == true);
    CHECK(answers(run_program({"score", "--model", made}, R"({"text": "abc"})"))[0]["tokens"] == 3);
  }
}

TEST_CASE("score writes answers while it works: an interrupted one has the first lines") {
  const Model model;
  std::string lines;
  for (int i = 0; i < 100000; ++i)
    lines += i % 2 == 0 ? Json{{"text", std::to_string(i * 7919) + " is a text"}}.dump() + "\n"
                        : Json{{"ids", {256, 97 + i % 20, 98, 99}}}.dump() + "\n";
  const fs::path input = model.folder.path() / "in.jsonl";
  write_file_atomically(input, lines);
  const Run run = interrupt_program(
      {"score", "--model", model.path, "--input", input.string(), "--threads", "1", "--batch-tokens", "64"},
      SIGINT, 700);
  CHECK(run.exit_code == 130);
  const auto found = lines_of(run.out);
  CHECK(found.size() < 100000);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const Json line = Json::parse(found[i]);
    CHECK(line.contains(i % 2 == 0 ? "loglikelihood" : "logprobs"));
  }
}

}  // namespace iiet::test
