#include <catch2/catch.hpp>

#include "harness/base/error.hpp"
#include "harness/eval/task.hpp"

using namespace iiet;

namespace {

std::vector<std::string> selected(const std::string& names) {
  std::vector<std::string> result;
  for (const Task* task : select_tasks(names)) result.push_back(task->name);
  return result;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("tasks are selected by name, in the order given, each once") {
  CHECK(selected("piqa,copa") == Names{"piqa", "copa"});
  CHECK(selected(" copa , piqa,copa") == Names{"copa", "piqa"});
}

TEST_CASE("tasks are selected by glob") {
  CHECK(selected("arc_*") == Names{"arc_challenge", "arc_easy"});
  CHECK(selected("arc_easy,arc_*") == Names{"arc_easy", "arc_challenge"});
  CHECK(selected("?opa") == Names{"copa"});
  CHECK(selected("[pq]iqa") == Names{"piqa"});
}

TEST_CASE("tasks are selected by group and all at once") {
  CHECK(selected("zero-shot").size() == 11);
  CHECK(selected("zero-shot").front() == "lambada_openai");
  CHECK(selected("all") == Registry<Task>::names());
}

TEST_CASE("an unknown name gets a suggestion") {
  CHECK_THROWS_WITH(selected("piqa,helaswag"),
                    Catch::Contains("'helaswag'") && Catch::Contains("'hellaswag'"));
  CHECK_THROWS_WITH(selected("zeroshot"), Catch::Contains("did you mean 'zero-shot'"));
  CHECK_THROWS_AS(selected("nothing_like_it"), InputError);
}

TEST_CASE("a glob that matches nothing and an empty name are refused") {
  CHECK_THROWS_WITH(selected("mmlu_*"), Catch::Contains("'mmlu_*'"));
  CHECK_THROWS_AS(selected(""), InputError);
  CHECK_THROWS_AS(selected("piqa,,copa"), InputError);
  CHECK_THROWS_AS(selected("piqa,"), InputError);
}
