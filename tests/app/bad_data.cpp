// Documents that are missing, malformed or wrong: file, line, task, document and field are named, before any
// model is loaded.

#include "harness/base/files.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

/// What the program says about a task's data file with this content. `show` reads documents as eval does, and
/// without starting the engine.
Run show(const std::string& task, const std::string& file, const std::string& content) {
  const TemporaryFolder folder;
  write_file_atomically(folder.path() / file, content);
  return run_program({"show", task, "--data", folder.path().string()});
}

constexpr const char* kPiqa = "piqa/validation.jsonl";

/// piqa with a good document before the one that `change` spoils.
template <typename Change>
Run show_piqa(const Change& change) {
  Json document = Json::parse(piqa_documents(1));
  change(document);
  return show("piqa", kPiqa, piqa_documents(1) + "\n" + document.dump() + "\n");
}

}  // namespace

TEST_CASE("data files that are empty, cut or no JSON lines") {
  check_refused(show("piqa", kPiqa, ""), 2, {kPiqa, "no document"});
  check_refused(show("piqa", kPiqa, "\n  \n"), 2, {kPiqa, "no document"});
  const std::string good = piqa_documents(2);
  check_refused(show("piqa", kPiqa, good + "{\"goal\": \n"), 2,
                {std::string(kPiqa) + ":3", "not valid JSON"});
  check_refused(show("piqa", kPiqa, good + "\n[1]\n"), 2, {std::string(kPiqa) + ":4", "a JSON object"});
  check_refused(show("piqa", kPiqa, good + "{\"goal\": \"\xff\"}\n"), 2, {std::string(kPiqa) + ":3"});
  check_refused(show("piqa", kPiqa, good + "{\"goal\": " + std::string(9999, '[')), 2,
                {std::string(kPiqa) + ":3", "deeper"});
  check_refused(show("piqa", kPiqa, good + "{\"goal\": 1e999}"), 2, {std::string(kPiqa) + ":3"});
}

TEST_CASE("a document with a missing field, a field of another type or a gold out of range") {
  const std::vector<std::string> place{std::string(kPiqa) + ":3", "task piqa", "document 1"};
  const auto refused = [&](const auto& change, const std::string& what) {
    auto parts = place;
    parts.push_back(what);
    check_refused(show_piqa(change), 2, parts);
  };
  refused([](Json& d) { d.erase("goal"); }, "field 'goal' is missing");
  refused([](Json& d) { d["sol2"] = 5; }, "field 'sol2': expected a string, got 5");
  refused([](Json& d) { d["sol1"] = nullptr; }, "field 'sol1': expected a string, got null");
  refused([](Json& d) { d["label"] = "1"; }, "field 'label': expected an integer, got \"1\"");
  refused([](Json& d) { d["label"] = 2; }, "field 'label': out of range");
  refused([](Json& d) { d["label"] = -1; }, "field 'label': out of range");
  refused([](Json& d) { d["label"] = ~std::uint64_t{0}; }, "field 'label'");
  const Json arc = {
      {"question", "q"}, {"choices", {{"text", {"a", "b"}}, {"label", {"A", "B"}}}}, {"answerKey", "C"}};
  check_refused(show("arc_easy", "arc_easy/test.jsonl", arc.dump()), 2,
                {"arc_easy/test.jsonl:1", "task arc_easy", "document 0", "answerKey", "'C'"});
}

TEST_CASE("eval refuses bad data before any model is loaded, and writes no report") {
  const TemporaryFolder folder;
  write_model(folder.path() / "m", small_config(), "");  // whoever loads it complains of it
  write_file_atomically(folder.path() / kPiqa,
                        piqa_documents(1) + R"({"goal": "g", "sol1": "a", "sol2": "b"})");
  const fs::path report = folder.path() / "out" / "r.json";
  check_refused(run_program({"--models", (folder.path() / "m").string(), "--tasks", "copa,piqa", "--data",
                             folder.path().string(), "--confirm-sample-data", "--output", report.string()}),
                2, {std::string(kPiqa) + ":2", "task piqa", "document 1", "'label' is missing"});
  CHECK(!fs::exists(report));
}

TEST_CASE("data folders and limits that cannot be") {
  const TemporaryFolder folder;
  write_model(folder.path() / "m");
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"--models", (folder.path() / "m").string(), "--tasks", "piqa", "--output",
                               (folder.path() / "r.json").string(), "--confirm-sample-data"});
    return run_program(more);
  };
  check_refused(with({"--data", "/nowhere"}), 2, {"--data", "/nowhere", "no such folder"});
  check_refused(with({"--limit", "-3"}), 2, {"limit", "-3"});
  check_refused(with({"--limit", "nan"}), 2, {"limit"});
  check_refused(with({"--num-fewshot", "-1"}), 2, {"--num-fewshot"});
  check_refused(with({"--seed", "-1"}), 2, {"--seed"});
  check_refused(with({"--bootstrap-iters", "-1"}), 2, {"--bootstrap-iters"});
  check_refused(with({"--threads", "0"}), 2, {"--threads"});
  check_refused(with({"--batch-tokens", "99999999999999999999"}), 2, {"--batch-tokens"});
  check_refused(with({"--dtype", "int8"}), 2, {"int8", "bfloat16"});
  check_refused(with({"--device", "tpu"}), 2, {"tpu"});
  check_refused(with({"--format", "xml"}), 2, {"--format", "lm-eval"});
  CHECK(!fs::exists(folder.path() / "r.json"));
}

TEST_CASE("show refuses the same limits and examples") {
  const auto with = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"show", "piqa"});
    return run_program(more);
  };
  check_refused(with({"--data", "/nowhere"}), 2, {"--data", "/nowhere", "no such folder"});
  check_refused(with({"--limit", "0"}), 2, {"limit"});
  check_refused(with({"--limit", "2.5"}), 2, {"limit", "2.5"});
  check_refused(with({"--limit", "many"}), 2, {"--limit", "many"});
  check_refused(with({"--num-fewshot", "-1"}), 2, {"--num-fewshot"});
  check_refused(with({"--num-fewshot", "1000"}), 2, {"piqa", "1000 few-shot examples"});
  check_refused(with({"--seed", "-1"}), 2, {"--seed"});
}

TEST_CASE("data status names the file and line that is malformed") {
  const TemporaryFolder folder;
  write_file_atomically(folder.path() / kPiqa, piqa_documents(1) + "{\n");
  check_refused(run_program({"data", "status", "--data", folder.path().string()}), 2,
                {std::string(kPiqa) + ":2"});
}

}  // namespace iiet::test
