#include <algorithm>

#include "tests/app/small_model.hpp"

namespace iiet::test {

TEST_CASE("list names what is there and never loads LibTorch") {
  const Run run = run_program({"list"});
  CHECK(run.exit_code == 0);
  CHECK(run.err.empty());
  for (const char* name : {"arc_easy", "zero-shot", "acc_norm", "runge-kutta", "e-iiet"})
    CHECK(run.out.find(name) != std::string::npos);
  // The dynamic loader reports every library that a program loads.
  const Run traced = run_program({"list"}, "", {"LD_DEBUG=files"});
  CHECK(traced.err.find("libtorch") == std::string::npos);
  CHECK(traced.err.find("libsentencepiece") != std::string::npos);
}

TEST_CASE("help and version") {
  CHECK(run_program({"--help"}).exit_code == 0);
  CHECK(run_program({"--version"}).out.starts_with("iiet-eval "));
  for (const char* command :
       {"eval", "score", "generate", "list", "show", "data", "tokenize", "metric", "init"})
    CHECK(run_program({command, "--help"}).exit_code == 0);
}

TEST_CASE("an unknown command, flag, model or task is a usage error with a suggestion") {
  const Run command = run_program({"lst"});
  CHECK(command.exit_code == 2);
  CHECK(command.err.find("did you mean 'list'?") != std::string::npos);
  const Run flag = run_program({"--models", "iiet", "--tasks", "piqa", "--num_fewshoot", "2"});
  CHECK(flag.exit_code == 2);
  CHECK(flag.err.find("did you mean '--num-fewshot'?") != std::string::npos);
  const Run model = run_program({"--models", "iiett", "--tasks", "piqa"});
  CHECK(model.exit_code == 2);
  CHECK(model.err.find("did you mean 'iiet'?") != std::string::npos);
  const Run task = run_program({"--models", "iiet", "--tasks", "pika"});
  CHECK(task.exit_code == 2);
  CHECK(task.err.find("did you mean 'piqa'?") != std::string::npos);
  for (const Run& run : {command, flag, model, task})
    CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
}

TEST_CASE("an unknown flag is named also where a required one is missing, and of commands within commands") {
  const auto refused = [](const std::vector<std::string>& arguments, const std::vector<std::string>& parts) {
    INFO(arguments.front());
    check_refused(run_program(arguments), 2, parts);
  };
  refused({"--model", "iiet", "--tasks", "piqa"}, {"'--model'", "did you mean '--models'?"});
  refused({"eval", "--models", "a", "--tasks", "b", "--log-sample=yes"},
          {"'--log-sample'", "'--log-samples'"});
  refused({"score", "--modle", "a"}, {"'--modle'", "did you mean '--model'?", "iiet-eval score --help"});
  refused({"generate", "--max_new_token", "5"}, {"did you mean '--max-new-tokens'?"});
  refused({"init", "--otput", "a"}, {"did you mean '--output'?"});
  refused({"show", "copa", "--docc", "1"}, {"did you mean '--doc'?"});
  refused({"tokenize", "--tokeniser", "a"}, {"did you mean '--tokenizer'?"});
  refused({"list", "--al"}, {"'--al'"});
  refused({"data", "status", "--dta", "x"},
          {"'--dta'", "did you mean '--data'?", "iiet-eval data status --help"});
  refused({"data", "import", "--form", "x"}, {"did you mean '--from'?", "iiet-eval data import --help"});
  refused({"data", "--dta", "x"}, {"'--dta'"});
  refused({"data", "statsu"}, {"'statsu'", "did you mean 'status'?"});
}

TEST_CASE("arguments that are missing, superfluous or of the wrong type") {
  check_refused(run_program({"--tasks", "piqa"}), 2, {"--models is required"});
  check_refused(run_program({"score", "--threads"}), 2, {"--threads"});
  check_refused(run_program({"data"}), 2, {"data"});
  check_refused(run_program({"data", "import"}), 2, {"--from is required"});
  check_refused(run_program({"data", "import", "--from", "/nowhere", "--to", "/nowhere"}), 2, {"/nowhere"});
  check_refused(run_program({"list", "taks"}), 2, {"did you mean 'tasks'?"});
  check_refused(run_program({"show", "copa", "boolq"}), 2, {"boolq"});
  check_refused(run_program({"show", "copa", "--limit", "x"}), 2, {"--limit", "x"});
  check_refused(run_program({"two\nlines\x1b[31m"}), 2, {"two lines"});
  const Run nothing = run_program({});
  CHECK(nothing.exit_code == 2);
  CHECK(nothing.out.find("usage: iiet-eval") != std::string::npos);
}

TEST_CASE("show prints what a text to generate is asked with") {
  const Run run = run_program({"show", "wmt14-en-fr", "--doc", "1", "--json"});
  REQUIRE(run.exit_code == 0);
  const Json shown = Json::parse(run.out);
  const Json& request = shown["requests"][0];
  CHECK(request["prompt"].get<std::string>().starts_with("English phrase: "));
  CHECK(request["until"] == Json::array({"\n"}));
  CHECK(request["max_new_tokens"] == 256);
  CHECK(shown["gold"].get<std::string>().starts_with(" "));

  // Several references are a list; a task's own number of examples holds unless another is asked for.
  CHECK(Json::parse(run_program({"show", "triviaqa", "--json"}).out)["gold"].is_array());
  CHECK(run_program({"show", "gsm8k"}).out.find("5 examples from ") != std::string::npos);
  CHECK(run_program({"show", "gsm8k_cot"}).out.find("8 examples from the task itself") != std::string::npos);
  CHECK(run_program({"show", "gsm8k", "--num-fewshot", "0"}).out.find("examples") == std::string::npos);
}

TEST_CASE("show honours overrides of the model's configuration") {
  const Model model;
  const auto shown = [&](const char* task, const std::string& overrides) {
    const Run run = run_program({"show", task, "--json", "--model", model.path + overrides});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    return Json::parse(run.out)["requests"][0];
  };
  const Json whole = shown("copa", ":max_position_embeddings=4000"),
             cut = shown("copa", ":max_position_embeddings=50");
  CHECK_FALSE(whole.contains("truncated"));
  CHECK(cut["truncated"] == true);
  CHECK(cut["continuation_ids"] == whole["continuation_ids"]);
  // The last token is scored but not read.
  const auto all = whole["context_ids"].get<std::vector<int>>(),
             kept = cut["context_ids"].get<std::vector<int>>();
  REQUIRE(kept.size() + cut["continuation_ids"].size() == 51);
  CHECK(std::equal(kept.rbegin(), kept.rend(), all.rbegin()));
  CHECK(shown("wmt14-en-fr", ":max_position_embeddings=300")["prompt_ids"].size() == 44);
  check_refused(run_program({"show", "copa", "--model", model.path + ":vocab_size=100"}), 2, {"257", "100"});
  check_refused(run_program({"show", "copa", "--model", model.path + ":max_positions=9"}), 2,
                {"max_positions", "max_position_embeddings"});
}

TEST_CASE("tasks: unknown names, empty names, globs without a match") {
  const TemporaryFolder folder;
  write_model(folder.path() / "m", small_config(),
              "");  // weights that nobody may read before the tasks are known
  const auto with = [&](const std::string& tasks) {
    return run_program({"--models", (folder.path() / "m").string(), "--tasks", tasks});
  };
  check_refused(with("piqa,coppa"), 2, {"unknown task 'coppa'", "did you mean 'copa'?"});
  check_refused(with("zero-shoot"), 2, {"did you mean 'zero-shot'?"});
  check_refused(with("piqa,,copa"), 2, {"an empty name"});
  check_refused(with(""), 2, {"empty"});
  check_refused(with("arq_*"), 2, {"no task matches 'arq_*'"});
}

}  // namespace iiet::test
