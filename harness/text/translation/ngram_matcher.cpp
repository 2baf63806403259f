#include "harness/text/translation/ngram_matcher.hpp"

#include <algorithm>

namespace iiet {
namespace {

constexpr std::uint32_t kAbsent = Interner::kAbsent;

}  // namespace

void NgramMatcher::set_hypothesis(std::span<const std::string_view> tokens) {
  tokens_.clear();
  references_.clear();
  reference_ends_.clear();
  hypothesis_.clear();
  for (const std::string_view token : tokens) hypothesis_.push_back(tokens_.add(token));
}

void NgramMatcher::add_reference(std::span<const std::string_view> tokens) {
  for (const std::string_view token : tokens) references_.push_back(tokens_.find(token));
  references_.push_back(kAbsent);
  reference_ends_.push_back(references_.size());
}

std::span<const std::size_t> NgramMatcher::matches(std::size_t orders) {
  matches_.assign(orders, 0);
  std::size_t distinct = tokens_.size();
  for (std::size_t order = 0; order < orders; ++order) {
    if (order > 0) {
      raise_order();
      distinct = pairs_.size();
    }
    matches_[order] = clipped(distinct);
    if (matches_[order] == 0) break;  // then no longer n-gram matches
  }
  return matches_;
}

/// The matches of the n-grams that the positions hold; takes those away that no reference has.
std::size_t NgramMatcher::clipped(std::size_t distinct) {
  in_reference_.assign(distinct, 0);
  in_references_.assign(distinct, 0);
  std::size_t begin = 0;
  for (const std::size_t end : reference_ends_) {
    for (std::size_t i = begin; i < end; ++i)
      if (const auto id = references_[i]; id != kAbsent)
        in_references_[id] = std::max(in_references_[id], ++in_reference_[id]);
    for (std::size_t i = begin; i < end; ++i)
      if (references_[i] != kAbsent) in_reference_[references_[i]] = 0;
    begin = end;
  }
  std::size_t matches = 0;
  in_hypothesis_.assign(distinct, 0);
  for (std::uint32_t& id : hypothesis_) {
    if (id == kAbsent) continue;
    if (in_hypothesis_[id]++ < in_references_[id]) ++matches;
    if (in_references_[id] == 0) id = kAbsent;
  }
  return matches;
}

/// Makes (n+1)-grams of the n-grams.
void NgramMatcher::raise_order() {
  pairs_.clear();
  const auto raise = [](std::vector<std::uint32_t>& ids, auto number) {
    for (std::size_t i = 0; i + 1 < ids.size(); ++i)
      ids[i] = ids[i] == kAbsent || ids[i + 1] == kAbsent ? kAbsent : number(ids[i], ids[i + 1]);
    if (!ids.empty()) ids.back() = kAbsent;
  };
  raise(hypothesis_, [this](std::uint32_t a, std::uint32_t b) { return pairs_.add(a, b); });
  raise(references_, [this](std::uint32_t a, std::uint32_t b) { return pairs_.find(a, b); });
}

}  // namespace iiet
