#include "harness/text/tokenizer/unigram.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace iiet;

namespace {

std::vector<TokenId> ids(const Unigram& model, const std::string& text) {
  std::vector<TokenId> found;
  for (const auto& segment : model.segment(text)) found.push_back(segment.id);
  return found;
}

}  // namespace

TEST_CASE("a user-defined piece is taken wherever it stands") {
  const Unigram model({{"a", 1, -5}, {"b", 2, -5}, {"ab", 3, 0, true}}, 0);
  CHECK(ids(model, "aabb") == std::vector<TokenId>{1, 3, 2});
}

TEST_CASE("small differences of scores count in long texts too") {
  const Unigram model({{"a", 1, -10}, {"aa", 2, -19.99F}}, 0);
  const auto found = ids(model, std::string(400'000, 'a'));
  CHECK(found.size() == 200'000);
  CHECK(std::count(found.begin(), found.end(), 2) == 200'000);
}
