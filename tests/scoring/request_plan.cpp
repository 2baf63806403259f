#include "harness/eval/request_plan.hpp"

#include <random>

#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

/// The tokens that a batch's segment sees up to its end.
std::vector<TokenId> path_of(const Batch& batch, std::int32_t segment) {
  std::vector<std::size_t> begins{0};
  for (const Segment& s : batch.tokens.segments)
    begins.push_back(begins.back() + static_cast<std::size_t>(s.length));
  std::vector<TokenId> tokens;
  for (std::int32_t s = segment; s >= 0; s = batch.tokens.segments[static_cast<std::size_t>(s)].parent) {
    const auto at = static_cast<std::size_t>(s);
    tokens.insert(tokens.begin(), batch.tokens.ids.begin() + static_cast<std::ptrdiff_t>(begins[at]),
                  batch.tokens.ids.begin() + static_cast<std::ptrdiff_t>(begins[at + 1]));
  }
  return tokens;
}

std::vector<TokenId> range(TokenId first, TokenId last) {
  std::vector<TokenId> ids;
  for (TokenId id = first; id <= last; ++id) ids.push_back(id);
  return ids;
}

}  // namespace

TEST_CASE("rolling windows: every token once, the last window filled up") {
  const auto windows = rolling_windows(range(0, 33), 99, 10);
  REQUIRE(windows.size() == 4);
  CHECK(windows[0].tokens == std::vector<TokenId>{99, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(windows[1].tokens == range(9, 19));
  CHECK(windows[2].tokens == range(19, 29));
  CHECK(windows[3].tokens == range(23, 33));
  CHECK(windows[3].scored == 4);
  const auto small = rolling_windows(range(0, 8), 99, 2);
  REQUIRE(small.size() == 5);
  CHECK(small[4].tokens == std::vector<TokenId>{6, 7, 8});
  CHECK(small[4].scored == 1);
  CHECK(rolling_windows({}, 99, 10).empty());
}

TEST_CASE("packing: every target once, behind exactly its own sequence") {
  std::mt19937_64 random(3);
  std::vector<TokenSequence> sequences;
  for (std::size_t i = 0; i < 300; ++i) {
    TokenSequence s;
    for (std::size_t n = 2 + random() % 20; s.tokens.size() < n;)
      s.tokens.push_back(static_cast<TokenId>(random() % 3));
    s.scored = 1 + static_cast<std::int64_t>(random() % (s.tokens.size() - 1));
    sequences.push_back(s);
  }
  for (const std::int64_t budget : {1, 50, 1000000}) {
    std::vector<std::int64_t> scored(sequences.size(), 0);
    std::size_t fed = 0;
    const Passes passes(sequences, {budget});
    for (std::size_t pass = 0; pass < passes.size(); ++pass) {
      const Batch batch = passes.batch(sequences, pass);
      CHECK(static_cast<std::int64_t>(batch.tokens.ids.size()) == passes.tokens(pass));
      fed += batch.tokens.ids.size();
      std::vector<std::int32_t> segment_of;
      std::vector<std::size_t> place;
      for (std::size_t s = 0; s < batch.tokens.segments.size(); ++s) {
        CHECK(batch.tokens.segments[s].parent < static_cast<std::int32_t>(s));
        for (std::int64_t i = 0; i < batch.tokens.segments[s].length; ++i) {
          segment_of.push_back(static_cast<std::int32_t>(s));
          place.push_back(static_cast<std::size_t>(batch.tokens.segments[s].length - 1 - i));
        }
      }
      REQUIRE(segment_of.size() == batch.tokens.ids.size());
      for (const Batch::Needed& needed : batch.targets) {
        const auto row = static_cast<std::size_t>(batch.rows[static_cast<std::size_t>(needed.row)]);
        auto path = path_of(batch, segment_of[row]);
        path.resize(path.size() - place[row]);
        const auto& tokens = sequences[needed.sequence].tokens;
        REQUIRE(path == std::vector<TokenId>(tokens.begin(),
                                             tokens.begin() + static_cast<std::ptrdiff_t>(needed.position)));
        CHECK(needed.token == tokens[needed.position]);
        ++scored[needed.sequence];
      }
    }
    for (std::size_t i = 0; i < sequences.size(); ++i) CHECK(scored[i] == sequences[i].scored);
    if (budget == 1000000) {
      std::size_t without_sharing = 0;
      for (const TokenSequence& s : sequences) without_sharing += s.tokens.size() - 1;
      CHECK(fed < without_sharing * 3 / 4);
    }
  }
}

}  // namespace iiet::test
