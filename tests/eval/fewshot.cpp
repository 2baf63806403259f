#include "harness/eval/fewshot.hpp"

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"

using namespace iiet;

namespace {

Sample numbered(int i) { return Completion{"c" + std::to_string(i), " a" + std::to_string(i)}; }

FewshotPool pool_of(int size) {
  FewshotPool pool;
  for (int i = 0; i < size; ++i) {
    pool.documents.push_back({{"n", i}});
    pool.samples.push_back(numbered(i));
  }
  return pool;
}

}  // namespace

TEST_CASE("examples are drawn as by Python's random.sample, one generator for all documents") {
  // r = random.Random(1234); [r.sample(range(10), 2) for _ in range(3)]
  const int expected[3][2] = {{7, 1}, {0, 1}, {9, 0}};
  const FewshotPool pool = pool_of(10);
  FewshotSampler sampler(pool, {.count = 2});
  for (const auto& places : expected) {
    std::string text;
    for (const int i : places) text += solved(numbered(i)) + "\n\n";
    CHECK(sampler.examples_before({{"n", 0}}) == text);
  }
}

TEST_CASE("one more is drawn where the document itself is left out") {
  // The same with sample(range(10), 3): the evaluated document goes, and of the rest the first two stay.
  const int drawn[3] = {7, 1, 0};
  const FewshotPool pool = pool_of(10);
  FewshotSampler drops_second(pool, {.count = 2, .leave_out = true});
  CHECK(drops_second.examples_before(pool.documents[static_cast<std::size_t>(drawn[1])]) ==
        solved(numbered(drawn[0])) + "\n\n" + solved(numbered(drawn[2])) + "\n\n");
  FewshotSampler drops_none(pool, {.count = 2, .leave_out = true});
  CHECK(drops_none.examples_before({{"n", 99}}) ==
        solved(numbered(drawn[0])) + "\n\n" + solved(numbered(drawn[1])) + "\n\n");
}

TEST_CASE("the delimiter stands before a continuation that begins with a space itself") {
  CHECK(solved(Completion{"The", " end"}) == "The  end");
}

TEST_CASE("a generation is solved by the first of its references") {
  const Generation generation{.prompt = "Q:", .references = {"one", "two"}};
  CHECK(solved(generation) == "Q: one");
  CHECK(std::get<Generation>(with_examples(generation, example_text(generation))).prompt == "Q: one\n\nQ:");
}

TEST_CASE("the right option is the answer, in its own context") {
  Choice choice;
  choice.options = {{"He is Al", " now", "Al"}, {"He is Bo", " now", "Bo"}};
  choice.gold = 1;
  CHECK(solved(choice) == "He is Bo now");
}

TEST_CASE("a whole text is no example") { CHECK_THROWS_AS(solved(Passage{"t", 1, 1}), Error); }

TEST_CASE("a pool that is too small is refused") {
  const FewshotPool pool = pool_of(3);
  CHECK_NOTHROW(FewshotSampler(pool, {.count = 3}));
  CHECK_THROWS_AS(FewshotSampler(pool, {.count = 4}), InputError);
  CHECK_THROWS_AS(FewshotSampler(pool, {.count = 3, .leave_out = true}), InputError);
  CHECK_THROWS_AS(FewshotSampler(pool, {.count = static_cast<std::size_t>(-1), .leave_out = true}),
                  InputError);
}
