#include "harness/base/random/numpy_random.hpp"

#include <algorithm>

#include "tests/support/golden_texts.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;

// Expected values: NumPy 1.26, numpy.random.default_rng.

TEST_CASE("a seeded generator gives NumPy's bits") {
  NumpyRandom wide(SeedWords{12345});  // bit_generator.random_raw(3)
  CHECK(wide.next64() == 4193609425186963869U);
  CHECK(wide.next64() == 5843160025838961886U);
  CHECK(wide.next64() == 14708796524633321433U);
  NumpyRandom narrow(SeedWords{12345});
  for (const std::uint32_t expected : {3003105693U, 976400781U, 3387213022U, 1360466709U})
    CHECK(narrow.next32() == expected);
}

TEST_CASE("bounded draws are NumPy's") {
  NumpyRandom random(SeedWords{12345});  // integers(3004, size=6)
  std::vector<std::uint32_t> drawn(6);
  random.fill_indices(3004, drawn);
  CHECK(drawn == std::vector<std::uint32_t>{2100, 682, 2369, 951, 613, 2395});
  random.fill_indices(1, drawn);  // nothing is drawn for it
  CHECK(drawn == std::vector<std::uint32_t>(6, 0));
  NumpyRandom other(SeedWords{12345});
  std::vector<std::uint32_t> more(7), tail(1);
  other.fill_indices(3004, more);
  random.fill_indices(3004, tail);
  CHECK(tail.front() == more.back());
}

TEST_CASE("seeds of any size are read as numbers") {
  CHECK(seed_of("0") == SeedWords{0});
  CHECK(seed_of("007") == SeedWords{7});
  CHECK(seed_of("4294967296") == SeedWords{0, 1});
  CHECK(seed_of("18446744073709551616") == SeedWords{0, 0, 1});
  for (const char* text : {"", "-1", "1.0", "x", " 1"}) CHECK_FALSE(seed_of(text).has_value());
  CHECK(entropy_seed() != entropy_seed());
}

TEST_CASE("indices and booleans are those of the reference values") {
  REQUIRE_SHARED("golden/metrics/significance.json");
  const Json golden = test::golden_metrics("significance.json")["random"];
  for (const Json& draw : golden["generator"]) {
    INFO(draw["seed"] << " " << draw["n"]);
    NumpyRandom random(seed_of(draw["seed"].get<std::string>()).value());
    std::vector<std::uint32_t> drawn(draw["choice_3x5"].size());
    random.fill_indices(draw["n"].get<std::uint32_t>(), drawn);
    CHECK(drawn == draw["choice_3x5"].get<std::vector<std::uint32_t>>());
  }
  for (const Json& draw : golden["booleans"]) {
    INFO(draw["seed"]);
    NumpyRandom random(seed_of(draw["seed"].get<std::string>()).value());
    std::string expected;
    for (const Json& row : draw["bits_3x45"]) expected += row.get<std::string>();
    std::vector<std::uint32_t> words((expected.size() + 31) / 32);
    random.fill_bits(words);
    std::string bits;
    for (std::size_t i = 0; i < expected.size(); ++i) bits += words[i / 32] >> i % 32 & 1 ? '1' : '0';
    CHECK(bits == expected);
    std::vector<std::uint32_t> drawn(draw["then_choice_1000_2x4"].size());
    random.fill_indices(1000, drawn);
    CHECK(drawn == draw["then_choice_1000_2x4"].get<std::vector<std::uint32_t>>());
  }
}
