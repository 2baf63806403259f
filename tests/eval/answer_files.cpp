#include "harness/eval/answer_files.hpp"

#include <limits>

#include "harness/base/error.hpp"
#include "harness/eval/records.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

Response odd_response() {
  return {-0.1 - 1e-17,
          true,
          3,
          true,
          std::string("\xff\0x", 3),
          {-1e-300, -2.0 / 3},
          {{5, std::numeric_limits<double>::max()}, {0, -0.0}}};
}

AnswerStore::Key key_of(unsigned char first) { return {first}; }

}  // namespace

TEST_CASE("records give back exactly what was put in") {
  CHECK(from_record<Response>(to_record(odd_response())) == odd_response());
  CHECK(from_record<Response>(to_record(Response())) == Response());
  const std::vector<SequenceScore> pass{{-1.0 / 3, false, {}, {}}, {0, true, {-0.5}, {{7, 1e-9}}}};
  const auto scores = from_record<std::vector<SequenceScore>>(to_record(pass));
  REQUIRE(scores.size() == 2);
  CHECK(scores[0].loglikelihood == -1.0 / 3);
  CHECK_FALSE(scores[0].is_greedy);
  CHECK(scores[1].log_probabilities == pass[1].log_probabilities);
  CHECK(scores[1].top_logits == pass[1].top_logits);
  const auto generation = from_record<GenerationScore>(to_record(GenerationScore{9, 4, "a\xfe"}));
  CHECK(generation.tokens_read == 9);
  CHECK(generation.text == "a\xfe");
  const auto beginning = from_record<Beginning>(to_record(Beginning{"f", {{3, odd_response()}}}));
  REQUIRE(beginning.stored.size() == 1);
  CHECK(beginning.stored[0].first == 3);
  CHECK(beginning.stored[0].second == odd_response());
  for (const char* damaged : {"", "\xc1", "{}", "\x93\x01"})
    CHECK_THROWS_AS(from_record<Response>(damaged), Error);
}

TEST_CASE("an answer cache is shared by those who open it") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "cache";
  AnswerCache first(path), second(path);
  first.add(key_of(1), odd_response());
  first.flush();
  CHECK(second.find(key_of(1)) == odd_response());
  CHECK_FALSE(second.find(key_of(2)));
  second.add(key_of(1), odd_response());  // equal keys, equal answers
  second.add(key_of(2), Response());
  second.flush();
  CHECK(first.find(key_of(2)) == Response());
  CHECK_THROWS_WITH(JournalFile(path), Catch::Contains("cache: no run's journal"));
}

TEST_CASE("the journals of a file know nothing of each other") {
  const TemporaryFolder folder;
  {
    JournalFile file(folder.path() / "journal");
    file.part("a 1")->add(0, "x");
    file.part("1")->add(0, "y");
  }
  JournalFile file(folder.path() / "journal");
  CHECK(file.part("a 1")->find(0) == "x");
  CHECK(file.part("1")->find(0) == "y");
  CHECK_FALSE(file.part("1")->find(1));
  CHECK_FALSE(file.part("b")->find(0));
}

}  // namespace iiet::test
