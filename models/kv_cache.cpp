#include "models/kv_cache.hpp"

#include <algorithm>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

constexpr std::int64_t kPageRows = 16;

/// Adds rows to spans, joining neighbours.
void add_span(std::vector<KeySpan>& spans, KeySpan span) {
  if (!spans.empty() && spans.back().begin + spans.back().length == span.begin)
    spans.back().length += span.length;
  else
    spans.push_back(span);
}

}  // namespace

KvCache::KvCache(Shape shape, at::TensorOptions options) : shape_(shape) {
  keys_ = at::empty({shape.slots, shape.kv_heads, shape.head_dim, 0}, options);
  values_ = at::empty({shape.slots, shape.kv_heads, 0, shape.head_dim}, options);
}

const KvCache::Sequence& KvCache::at_index(std::int32_t sequence) const {
  if (sequence < 0 || static_cast<std::size_t>(sequence) >= sequences_.size() || !sequences_[sequence])
    throw Error(fmt::format("KvCache: sequence {} is not there", sequence));
  return *sequences_[sequence];
}

std::int32_t KvCache::insert(Sequence sequence) {
  const auto free = std::find(sequences_.begin(), sequences_.end(), std::nullopt);
  const auto index = static_cast<std::int32_t>(free - sequences_.begin());
  if (free == sequences_.end())
    sequences_.emplace_back(std::move(sequence));
  else
    *free = std::move(sequence);
  return index;
}

std::int32_t KvCache::add() { return insert({}); }

std::int32_t KvCache::fork(std::int32_t sequence) {
  drop_pending();
  Sequence copy = at_index(sequence);
  for (const std::int64_t page : copy.pages) ++page_uses_[page];
  return insert(std::move(copy));
}

void KvCache::release(std::int32_t sequence) {
  drop_pending();
  for (const std::int64_t page : at_index(sequence).pages)
    if (--page_uses_[page] == 0) free_pages_.push_back(page);
  sequences_[sequence].reset();
}

std::vector<std::int32_t> KvCache::gather(std::span<const std::int32_t> parents) {
  std::vector<std::int32_t> children, unique(parents.begin(), parents.end());
  for (const std::int32_t parent : parents) children.push_back(fork(parent));
  std::sort(unique.begin(), unique.end());
  unique.erase(std::unique(unique.begin(), unique.end()), unique.end());
  for (const std::int32_t parent : unique) release(parent);
  return children;
}

std::int64_t KvCache::length(std::int32_t sequence) const { return at_index(sequence).length; }

std::int64_t KvCache::bytes() const { return static_cast<std::int64_t>(keys_.nbytes() + values_.nbytes()); }

std::int64_t KvCache::take_page() {
  if (free_pages_.empty()) grow(std::max<std::int64_t>(4, static_cast<std::int64_t>(page_uses_.size())));
  const std::int64_t page = free_pages_.back();
  free_pages_.pop_back();
  page_uses_[page] = 1;
  return page;
}

void KvCache::grow(std::int64_t pages) {
  const auto before = static_cast<std::int64_t>(page_uses_.size());
  const std::int64_t rows = (before + pages) * kPageRows;
  at::Tensor keys = at::zeros({shape_.slots, shape_.kv_heads, shape_.head_dim, rows}, keys_.options());
  at::Tensor values = at::zeros({shape_.slots, shape_.kv_heads, rows, shape_.head_dim}, values_.options());
  keys.narrow(3, 0, before * kPageRows).copy_(keys_);
  values.narrow(2, 0, before * kPageRows).copy_(values_);
  keys_ = std::move(keys);
  values_ = std::move(values);
  page_uses_.resize(before + pages, 0);
  for (std::int64_t page = before + pages; page-- > before;) free_pages_.push_back(page);
}

void KvCache::extend(Sequence& sequence, std::int64_t tokens, std::vector<std::int64_t>& rows) {
  while (tokens > 0) {
    // The last page has room behind the last row if nobody else holds it.
    const bool own_tail = !sequence.pages.empty() && page_uses_[sequence.pages.back()] == 1;
    const std::int64_t end =
        sequence.spans.empty() ? 0 : sequence.spans.back().begin + sequence.spans.back().length;
    std::int64_t begin = end, room = own_tail ? (sequence.pages.back() + 1) * kPageRows - end : 0;
    if (room <= 0) {
      sequence.pages.push_back(take_page());
      begin = sequence.pages.back() * kPageRows;
      room = kPageRows;
    }
    const std::int64_t count = std::min(room, tokens);
    add_span(sequence.spans, {begin, count});
    for (std::int64_t i = 0; i < count; ++i) rows.push_back(begin + i);
    sequence.length += count;
    tokens -= count;
  }
}

void KvCache::drop_pending() {
  for (auto& [index, sequence] : pending_) {
    const auto& committed = at_index(index).pages;
    for (std::size_t i = committed.size(); i < sequence.pages.size(); ++i) {
      page_uses_[sequence.pages[i]] = 0;
      free_pages_.push_back(sequence.pages[i]);
    }
  }
  pending_.clear();
}

KvCache::Append KvCache::append(const PackedTokens& tokens) {
  drop_pending();
  Append result;
  std::vector<std::int64_t> rows;
  std::int64_t begin = 0;
  for (const Segment& segment : tokens.segments) {
    for (const auto& [index, sequence] : pending_)
      if (index == segment.sequence)
        throw Error("KvCache: two segments of one pack append to the same sequence");
    Sequence extended = at_index(segment.sequence);
    extend(extended, segment.length, rows);
    result.plan.segments.push_back(
        {begin, segment.length, extended.length, result.plan.spans.size(), extended.spans.size()});
    result.plan.spans.insert(result.plan.spans.end(), extended.spans.begin(), extended.spans.end());
    begin += segment.length;
    pending_.emplace_back(segment.sequence, std::move(extended));
  }
  result.rows = at::tensor(rows, at::kLong).to(keys_.device());
  return result;
}

void KvCache::commit() {
  for (auto& [index, sequence] : pending_) sequences_[index] = std::move(sequence);
  pending_.clear();
}

void KvCache::store(std::int64_t slot, const Append& append, const at::Tensor& keys,
                    const at::Tensor& values) {
  keys_.select(0, slot).index_copy_(2, append.rows, keys.permute({1, 2, 0}));
  values_.select(0, slot).index_copy_(1, append.rows, values.permute({1, 0, 2}));
}

at::Tensor KvCache::keys(std::int64_t slot) const { return keys_.select(0, slot); }
at::Tensor KvCache::values(std::int64_t slot) const { return values_.select(0, slot); }

}  // namespace iiet
