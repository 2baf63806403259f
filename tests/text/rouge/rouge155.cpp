#include "harness/text/rouge/rouge155.hpp"

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"

using namespace iiet;
using Catch::Matchers::Contains;
using Format = Rouge155Options::Format;
using Targets = Rouge155Options::Targets;

namespace {

std::vector<RougeScore> scores(const Rouge155Options& options, std::vector<std::string_view> targets,
                               std::string_view prediction) {
  return Rouge155(options).add(targets, prediction);
}

}  // namespace

TEST_CASE("ROUGE-1.5.5 computes F of rounded precision and recall") {
  const RougeScore unigrams = scores({}, {"a b c d e f g h"}, "a b c d e f x")[0];
  CHECK(unigrams == RougeScore{0.85714, 0.75, 0.8});
  CHECK(scores({}, {"a b x"}, "a b y y")[0] == RougeScore{0.5, 0.66667, 0.57143});
}

TEST_CASE("a sentence of a SEE page ends at the first tag") {
  const std::string_view target = "one two <unk> three\nfour", prediction = "one two <b> five\n<i>\nfour";
  CHECK(scores({}, {target}, prediction)[0].fmeasure == 1);
  CHECK(scores({.format = Format::kSpl}, {target}, prediction)[0].recall == 0.6);
}

TEST_CASE("ROUGE-1.5.5 lower-cases bytes") {
  CHECK(scores({}, {"istanbul elvin"}, "\u0130STANBUL \u212Aelvin")[0].recall == 0.5);
}

TEST_CASE("several targets are averaged by counts, or the one with the best recall is taken") {
  const std::vector<std::string_view> targets{"a b", "a b c d e"};
  CHECK(scores({}, targets, "a b c")[0] == RougeScore{0.83333, 0.71429, 0.76923});
  CHECK(scores({.targets = Targets::kBest}, targets, "a b c")[0] == RougeScore{0.66667, 1, 0.8});
  // The first of equals.
  CHECK(scores({.targets = Targets::kBest}, {"a x", "b c y z"}, "a b c")[0] == RougeScore{0.33333, 0.5, 0.4});
}

TEST_CASE("ROUGE-1.5.5 prints its lines") {
  Rouge155 rouge({.max_order = 1, .stemming = RougeStemming::kPorter, .confidence_percent = 99.5});
  rouge.add(std::vector<std::string_view>{"the cats sat"}, "the cat sat\non");
  CHECK(rouge.lines(rouge.averages()) ==
        "---------------------------------------------\n"
        "1 ROUGE-1 Average_R: 1.00000 (99.5%-conf.int. 1.00000 - 1.00000)\n"
        "1 ROUGE-1 Average_P: 0.75000 (99.5%-conf.int. 0.75000 - 0.75000)\n"
        "1 ROUGE-1 Average_F: 0.85714 (99.5%-conf.int. 0.85714 - 0.85714)\n"
        "---------------------------------------------\n"
        "1 ROUGE-L Average_R: 1.00000 (99.5%-conf.int. 1.00000 - 1.00000)\n"
        "1 ROUGE-L Average_P: 0.75000 (99.5%-conf.int. 0.75000 - 0.75000)\n"
        "1 ROUGE-L Average_F: 0.85714 (99.5%-conf.int. 0.85714 - 0.85714)\n");
}

TEST_CASE("ROUGE-1.5.5 averages in the order of names, seeded by the number of the sample") {
  // srand(0); int(rand(12)), twelve times: 2 8 1 10 6 9 8 4 10 8 5 4. Place 8 is document 6, as in the order
  // of strings 10, 11 and 12 stand between 1 and 2.
  Rouge155 rouge({.max_order = 1, .samples = 1, .confidence_percent = 100});
  for (int document = 1; document <= 12; ++document)
    rouge.add(std::vector<std::string_view>{document == 6 ? "a" : "b"}, "a");
  const Rouge155Average recall = rouge.averages()[0].recall;
  CHECK(recall.mean == 0.25);
  CHECK(recall.low == 0.25);
  CHECK(recall.high == 0.25);
}

TEST_CASE("bad use of ROUGE-1.5.5 is refused") {
  CHECK_THROWS_WITH(Rouge155({.max_order = 0}), Contains("highest order"));
  CHECK_THROWS_WITH(Rouge155({.max_order = 100}), Contains("1 to 99, got 100"));
  CHECK_THROWS_WITH(Rouge155({.samples = 0}), Contains("at least 1 sample"));
  CHECK_THROWS_WITH(Rouge155({.confidence_percent = 101}), Contains("at most 100 percent, got 101"));
  CHECK_THROWS_WITH(Rouge155({}).add({}, "a"), Contains("at least one target"));
  CHECK_THROWS_WITH(Rouge155({}).averages(), Contains("at least one document"));
}
