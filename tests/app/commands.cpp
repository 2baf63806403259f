#include <algorithm>

#include "tests/support/program.hpp"
#include "tests/support/shared.hpp"

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
  for (const char* command : {"eval", "score", "generate", "list", "show", "data", "tokenize", "init"})
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
  for (const Run& run : {command, flag, model, task}) CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
}

}  // namespace iiet::test
