// Input lines of score, generate, tokenize and show that do not fit.

#include "harness/base/files.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

const std::string kGood = R"({"context": "a", "continuation": "b"})"
                          "\n";

}  // namespace

TEST_CASE("score names the line that is wrong, before any work") {
  const Model model;
  const auto refused = [&](const std::string& line, const std::vector<std::string>& what) {
    auto parts = what;
    parts.push_back("standard input:3");
    check_refused(run_program({"score", "--model", model.path}, kGood + "\n" + line + "\n" + kGood), 2,
                  parts);
  };
  refused("{", {"not valid JSON"});
  refused(R"({"context": "a"})", {"'continuation'", "is missing"});
  refused(R"({"context": 1, "continuation": "b"})", {"'context'", "a string"});
  refused(R"({"context": "a", "continuation": ""})", {"no tokens"});
  refused(R"({"text": ["a"]})", {"'text'", "a string"});
  refused(R"({"text": "a", "contxt": "b"})", {"'contxt'"});
  refused(R"({"ids": []})", {"1 to 512", "got 0"});
  refused(R"({"ids": [1, 257]})", {"0 to 256", "257"});
  refused(R"({"ids": [18446744073709551615]})", {"0 to 256", "18446744073709551615"});
  refused(R"({"source_ids": [1], "target_ids": [1]})", {"encoder-decoder"});
  refused(R"({"context": "", "continuation": ")" + std::string(600, 'x') + R"("})", {"600 tokens", "512"});
  Json many = {{"ids", std::vector<int>(513, 1)}};
  refused(many.dump(), {"1 to 512", "got 513"});
}

TEST_CASE("generate names the prompt that is wrong") {
  const Model model;
  const auto refused = [&](const std::string& lines, const std::vector<std::string>& parts) {
    check_refused(run_program({"generate", "--json", "--model", model.path}, lines), 2, parts);
  };
  refused("{\"ids\": [1]}\n{\"ids\": [1, 300]}\n", {"standard input:2", "0 to 256", "300"});
  refused("{\"ids\": []}\n", {"standard input:1", "got 0"});
  refused("{\"prompt\": 5}\n", {"standard input:1", "'prompt'"});
  refused("{\"promt\": \"a\"}\n", {"standard input:1", "'promt'"});
  refused("{}\n", {"standard input:1", "prompt or ids"});
  refused("{\"prompt\": \"" + std::string(513, 'x') + "\"}\n", {"standard input:1", "513"});
  check_refused(run_program({"generate", "--model", model.path, "--max-new-tokens", "0"}, "a\n"), 2,
                {"--max-new-tokens"});
}

TEST_CASE("tokenize names the line and the id") {
  const Model model;
  const auto refused = [&](std::vector<std::string> more, const std::string& input,
                           const std::vector<std::string>& parts) {
    more.insert(more.begin(), {"tokenize", "--tokenizer", model.path});
    check_refused(run_program(more, input), 2, parts);
  };
  refused({"--decode"}, "1 2\n1 300\n", {":2", "300", "256"});
  refused({"--decode"}, "1 -2\n", {":1", "-2"});
  refused({"--decode"}, "1 x\n", {":1", "'x'"});
  refused({"--json"}, "{\"text\": 1}\n", {":1", "text"});
  refused({"--json"}, "{\"text\"\n", {":1", "not valid JSON"});
  refused({"--json", "--decode"}, "{\"ids\": [99999999999]}\n", {":1", "99999999999"});
  refused({"--input", "/nowhere"}, "", {"/nowhere"});
  check_refused(run_program({"tokenize", "--tokenizer", "/nowhere"}), 2, {"/nowhere"});
}

TEST_CASE("show refuses documents and models that are not there") {
  const Model model;
  check_refused(run_program({"show", "copa", "--doc", "9999"}), 2, {"--doc 9999", "copa"});
  check_refused(run_program({"show", "copa", "--doc", "-1"}), 2, {"--doc"});
  check_refused(run_program({"show", "copa", "--doc", "x"}), 2, {"--doc", "x"});
  check_refused(run_program({"show", "cpa"}), 2, {"did you mean 'copa'?"});
  check_refused(run_program({"show"}), 2, {"task"});
  check_refused(run_program({"show", "copa", "--model", "/nowhere/m"}), 2, {"/nowhere/m"});
  fs::remove(fs::path(model.path) / "merges.txt");
  check_refused(run_program({"show", "copa", "--model", model.path}), 2, {"tokenizer"});
}

TEST_CASE("an input file that is not there is found before the model is loaded") {
  const Model model;
  write_file_atomically(fs::path(model.path) / "model.safetensors", "");
  for (const char* command : {"score", "generate"}) {
    check_refused(run_program({command, "--model", model.path, "--input", "/nowhere/in"}), 2,
                  {"/nowhere/in"});
    check_refused(run_program({command, "--model", model.path, "--input", model.path}), 2, {"a folder"});
  }
}

}  // namespace iiet::test
