#include "harness/text/translation/ter.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <random>
#include <tuple>

#include <catch2/catch.hpp>

using namespace iiet;

namespace {

using Words = std::vector<std::uint32_t>;
using Views = std::vector<std::string_view>;

/// tercom's search as its description reads, without a thought of speed: every distance from an empty table.
class PlainSearch {
 public:
  PlainSearch(Words hypothesis, Words reference)
      : words_(std::move(hypothesis)), reference_(std::move(reference)) {}

  long edits() {
    if (reference_.empty()) return static_cast<long>(words_.size());
    for (long shifts = 0, candidates = 0;; ++shifts) {
      const auto [path, distance] = distance_to_reference(words_);
      const Shift best = best_shift(path, distance, candidates);
      if (candidates >= 1000 || best.gain <= 0) return shifts + distance;
      words_ = shifted(best);
    }
  }

 private:
  struct Shift {
    long gain, length, start, target;
    auto key() const { return std::tuple(gain, length, -start, -target); }
  };
  struct Path {
    std::vector<bool> error, reference_error;
    std::map<long, long> aligned;
  };

  std::pair<Path, long> distance_to_reference(const Words& words) const {
    const long n = size(words), m = size(reference_);
    const double ratio = n == 0 ? 1 : static_cast<double>(m) / static_cast<double>(n);
    const long beam = ratio / 2 > 25 ? static_cast<long>(std::ceil(ratio / 2 + 25)) : 25;
    std::map<std::pair<long, long>, std::pair<long, char>> table;  // cost and operation
    for (long j = 0; j <= m; ++j) table[{0, j}] = {j, 'i'};
    for (long i = 1; i <= n; ++i) {
      const auto diagonal = static_cast<long>(std::floor(static_cast<double>(i) * ratio));
      const long end = i == n ? m + 1 : std::min(m + 1, diagonal + beam);
      for (long j = std::max(0L, diagonal - beam); j < end; ++j) {
        std::pair<long, char> best{1L << 40, ' '};
        const auto offer = [&](long row, long column, long cost, char operation) {
          const auto found = table.find({row, column});
          if (found != table.end() && found->second.first + cost < best.first)
            best = {found->second.first + cost, operation};
        };
        if (j > 0) {
          const bool same = at(words, i - 1) == at(reference_, j - 1);
          offer(i - 1, j - 1, same ? 0 : 1, same ? ' ' : 's');
        }
        offer(i - 1, j, 1, 'd');
        if (j > 0) offer(i, j - 1, 1, 'i');
        table[{i, j}] = best;
      }
    }
    return {path_through(table, n, m), table.at({n, m}).first};
  }

  static Path path_through(const std::map<std::pair<long, long>, std::pair<long, char>>& table, long n,
                           long m) {
    Path path{
        std::vector<bool>(static_cast<std::size_t>(n)), std::vector<bool>(static_cast<std::size_t>(m)), {}};
    for (long i = n, j = m; i > 0 || j > 0;) {
      const char operation = table.at({i, j}).second;
      const bool takes_word = operation != 'i', takes_reference = operation != 'd';
      if (takes_word) path.error[static_cast<std::size_t>(i - 1)] = operation != ' ';
      if (takes_reference) {
        path.reference_error[static_cast<std::size_t>(j - 1)] = operation != ' ';
        path.aligned[j - 1] = i - 1;
      }
      i -= takes_word, j -= takes_reference;
    }
    return path;
  }

  Shift best_shift(const Path& path, long distance, long& candidates) const {
    Shift best{0, 0, 0, 0};
    bool found = false;
    const auto any = [](const std::vector<bool>& errors, long begin, long length) {
      return std::any_of(errors.begin() + begin, errors.begin() + begin + length, [](bool e) { return e; });
    };
    for (long s = 0; s < size(words_); ++s) {
      for (long r = 0; r < size(reference_); ++r) {
        if (std::abs(r - s) > 50) continue;
        for (long length = 1; length <= 10 && matches(s, r, length); ++length) {
          if (!any(path.error, s, length) || !any(path.reference_error, r, length)) continue;
          const long aligned = path.aligned.at(r);
          if (aligned >= s && aligned < s + length) continue;
          for (long offset = -1, previous = -1; offset < length; ++offset) {
            const long target = r + offset == -1 ? 0 : path.aligned.at(r + offset) + 1;
            if (target == previous) continue;
            previous = target;
            Shift shift{0, length, s, target};
            shift.gain = distance - distance_to_reference(shifted(shift)).second;
            if (!found || shift.key() > best.key()) best = shift, found = true;
            ++candidates;
          }
          if (candidates >= 1000) return best;
        }
      }
    }
    return best;
  }

  bool matches(long s, long r, long length) const {
    return s + length <= size(words_) && r + length <= size(reference_) &&
           std::equal(words_.begin() + s, words_.begin() + s + length, reference_.begin() + r);
  }

  Words shifted(const Shift& shift) const {
    const auto [gain, length, s, t] = shift;
    Words result;
    const auto append = [&](long begin, long end) {
      for (long i = begin; i < std::min(end, size(words_)); ++i) result.push_back(at(words_, i));
    };
    if (t < s) {
      append(0, t), append(s, s + length), append(t, s), append(s + length, size(words_));
    } else if (t > s + length) {
      append(0, s), append(s + length, t), append(s, s + length), append(t, size(words_));
    } else {
      append(0, s), append(s + length, length + t), append(s, s + length), append(length + t, size(words_));
    }
    return result;
  }

  static long size(const Words& words) { return static_cast<long>(words.size()); }
  static std::uint32_t at(const Words& words, long place) { return words[static_cast<std::size_t>(place)]; }

  Words words_, reference_;
};

/// A reference of `length` words out of `vocabulary`, and a hypothesis made of it by edits and moves of
/// blocks.
std::pair<Words, Words> sample(std::mt19937& random, std::size_t length, std::uint32_t vocabulary) {
  Words reference(length);
  for (std::uint32_t& word : reference) word = random() % vocabulary;
  Words hypothesis = reference;
  const auto place = [&] {
    return hypothesis.begin() + static_cast<long>(random() % (hypothesis.size() + 1));
  };
  for (std::size_t edits = random() % (length / 3 + 2); edits > 0 && !hypothesis.empty(); --edits) {
    switch (random() % 4) {
      case 0:
        hypothesis.insert(place(), random() % vocabulary);
        break;
      case 1:
        hypothesis.erase(hypothesis.begin() + static_cast<long>(random() % hypothesis.size()));
        break;
      default: {
        auto places = std::array{place(), place(), place()};
        std::sort(places.begin(), places.end());
        std::rotate(places[0], places[1], places[2]);
      }
    }
  }
  return {hypothesis, reference};
}

std::vector<double> statistics(const TercomOptions& options, std::string_view hypothesis,
                               const Views& references) {
  return Ter(options).segment(hypothesis, references);
}

}  // namespace

TEST_CASE("TER's search finds what the plain search finds") {
  std::mt19937 random(5);
  TranslationEdits edits;
  const auto check = [&](std::size_t length, std::uint32_t vocabulary) {
    const auto [hypothesis, reference] = sample(random, length, vocabulary);
    INFO(length << " words out of " << vocabulary);
    REQUIRE(static_cast<long>(edits.fewest(hypothesis, reference)) ==
            PlainSearch(hypothesis, reference).edits());
  };
  for (int round = 0; round < 300; ++round) check(random() % 12, 1 + random() % 12);
  for (int round = 0; round < 40; ++round) check(10 + random() % 20, 5 + random() % 40);
  // Longer than the beam is wide, and than a machine word has bits.
  for (const std::size_t length : {40, 63, 64, 65, 70}) check(length, 60);
}

TEST_CASE("TER's beam and its limit of candidates are kept") {
  std::mt19937 random(9);
  TranslationEdits edits;
  const auto words = [&](std::size_t length, std::uint32_t vocabulary) {
    Words result(length);
    for (std::uint32_t& word : result) word = random() % vocabulary;
    return result;
  };
  for (int round = 0; round < 12; ++round) {
    // Unlike texts of unlike lengths leave the diagonal; of few words there are many candidates.
    const Words hypothesis = words(1 + random() % 30, 3 + random() % 20);
    const Words reference = words(1 + random() % 90, 3 + random() % 20);
    REQUIRE(static_cast<long>(edits.fewest(hypothesis, reference)) ==
            PlainSearch(hypothesis, reference).edits());
  }
}

TEST_CASE("TER counts edits to the nearest reference and the mean length") {
  CHECK(statistics({}, "a b c", {"a b d e", "a c"}) == std::vector<double>{1, 3});
  CHECK(statistics({}, "a b", {"x", "a b c d"}) == std::vector<double>{2, 2.5});
  CHECK(statistics({}, "a b", {""}) == std::vector<double>{2, 0});
  CHECK(statistics({}, "", {"a b"}) == std::vector<double>{2, 2});
  // References are tokenised twice, so that theirs is `it 's .`.
  CHECK(statistics({.normalized = true}, "it's.", {"it's."}) == std::vector<double>{2, 3});
  CHECK_THROWS_WITH(statistics({}, "a", {}), "TER: a segment without a reference");
  const Ter ter({});
  CHECK(ter.score(std::vector<double>{3, 2}) == 150);
  CHECK(ter.score(std::vector<double>{3, 0}) == 100);
  CHECK(ter.score(std::vector<double>{0, 0}) == 0);
  CHECK(ter.resampled_score(std::vector<float>{1, 3}) == 100 * static_cast<double>(1.0F / 3.0F));
}

TEST_CASE("tercom's options change the words") {
  const auto tokenized = [](TercomOptions options, std::string_view line) {
    return tercom_tokenized(line, options);
  };
  CHECK(tokenized({}, " The  CAT's, 3.5\u00A0%.\n") == "the cat's, 3.5 %.");
  CHECK(tokenized({.case_sensitive = true}, "The <skipped> CAT") == "The <skipped> CAT");
  CHECK(tokenized({.normalized = true}, "The CAT's, 3.5% of 7-8 (a-b) &amp;lt; dogs'.") ==
        "the cat's , 3.5 % of 7 - 8 ( a-b ) < dogs' .");
  CHECK(tokenized({.normalized = true}, "it's") == "it 's");
  CHECK(tokenized({.normalized = true}, "a\n-b\nc-\nd") == "ab c- d");
  CHECK(tokenized({.no_punct = true}, "Well, (this) is \"it\"; 3.5: no-one's!?") ==
        "well this is it 35 no-one's");
  CHECK(tokenized({.normalized = true, .asian_support = true}, "我3㈠。カナ") == "我 3 ㈠ 。 カナ");
  CHECK(tokenized({.no_punct = true, .asian_support = true}, "我。「x」，") == "我x");
  CHECK(tokenized({.normalized = true}, " \u3000").empty());
}

TEST_CASE("TER says what it is") {
  CHECK(Ter({}).name() == "TER");
  CHECK_FALSE(Ter({}).higher_is_better());
  const auto fields = Ter({.normalized = true, .case_sensitive = true}).signature();
  std::string text;
  for (const auto& field : fields) text += field.name + ":" + field.value + " ";
  CHECK(text == "case:mixed tok:tercom norm:yes punct:yes asian:no ");
}
