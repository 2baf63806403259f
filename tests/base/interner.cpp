#include "harness/base/interner.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace iiet;

TEST_CASE("texts are numbered in the order of their first appearance") {
  Interner words;
  CHECK(words.find("a") == Interner::kAbsent);
  CHECK(words.add("a") == 0);
  CHECK(words.add("") == 1);
  CHECK(words.add("a") == 0);
  CHECK(words.find("") == 1);
  CHECK(words.size() == 2);
  words.clear();
  CHECK(words.size() == 0);
  CHECK(words.find("a") == Interner::kAbsent);
  CHECK(words.add("b") == 0);
}

TEST_CASE("texts that differ in one byte have numbers of their own, whatever their length") {
  Interner words;
  std::uint32_t next = 0;
  for (std::size_t size = 1; size < 40; ++size)
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'x');
      text[at] = 'y';
      CHECK(words.add(text) == next++);
    }
  for (std::size_t size = 39; size > 0; --size)
    CHECK(words.find(std::string(size, 'y')) == (size == 1 ? 0 : Interner::kAbsent));
}

TEST_CASE("many texts and pairs keep their numbers while the tables grow, and after they were forgotten") {
  Interner words;
  PairInterner pairs;
  for (int round = 0; round < 3; ++round) {
    words.clear();
    pairs.clear();
    for (std::uint32_t i = 0; i < 5000; ++i) {
      REQUIRE(words.add(std::to_string(i * 7)) == i);
      REQUIRE(pairs.add(i % 100, i / 100) == i);
    }
    for (std::uint32_t i = 0; i < 5000; ++i) {
      REQUIRE(words.find(std::to_string(i * 7)) == i);
      REQUIRE(pairs.find(i % 100, i / 100) == i);
    }
    CHECK(pairs.find(100, 0) == PairInterner::kAbsent);
    CHECK(pairs.size() == 5000);
  }
}
