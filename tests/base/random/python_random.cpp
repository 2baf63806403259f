#include "harness/base/random/python_random.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace iiet;

// Expected values: CPython 3.11, module random.

TEST_CASE("a seeded generator gives Python's bits") {
  PythonRandom small(1234);  // [r.getrandbits(32) for _ in range(3)]
  CHECK(small.next() == 4150886329U);
  CHECK(small.next() == 3342196574U);
  CHECK(small.next() == 1892932127U);
  PythonRandom large(5000000000);  // a seed of two words
  CHECK(large.next() == 372202282U);
  CHECK(large.next() == 4101146408U);
}

TEST_CASE("bits are Python's beyond the first blocks") {
  PythonRandom random(7);
  for (int i = 0; i < 2000; ++i) random.next();
  CHECK(random.next() == 4083946869U);
}

TEST_CASE("bounded draws are Python's") {
  PythonRandom random(42);  // [r.randrange(10) for _ in range(8)]
  for (const std::uint32_t expected : {1U, 0U, 4U, 3U, 3U, 2U, 1U, 8U}) CHECK(random.below(10) == expected);
}

TEST_CASE("samples are Python's, from a small and from a large population") {
  using Places = std::vector<std::size_t>;
  PythonRandom random(
      1234);  // one generator: sample(range(10), 4), (range(1000), 5), (range(90), 6), (range(40), 6)
  CHECK(random.sample(10, 4) == Places{7, 1, 0, 9});
  CHECK(random.sample(1000, 5) == Places{932, 965, 961, 826, 596});
  CHECK(random.sample(90, 6) == Places{4, 85, 88, 10, 12, 45});
  CHECK(random.sample(40, 6) == Places{15, 1, 38, 37, 22, 30});
}

TEST_CASE("a sample of everything is a permutation") {
  PythonRandom random(3);
  auto places = random.sample(5, 5);
  std::sort(places.begin(), places.end());
  CHECK(places == std::vector<std::size_t>{0, 1, 2, 3, 4});
}
