#include "models/kv_cache.hpp"

#include <algorithm>

#include <c10/core/InferenceMode.h>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

constexpr std::int64_t kPageRows = 16, kFewestPages = 4;

/// Adds rows to spans, joining neighbours.
void add_span(std::vector<KeySpan>& spans, KeySpan span) {
  if (!spans.empty() && spans.back().begin + spans.back().length == span.begin)
    spans.back().length += span.length;
  else
    spans.push_back(span);
}

}  // namespace

KvCache::KvCache(Shape shape, at::TensorOptions options) {
  const c10::InferenceMode normal(false);  // passes in inference mode and outside may take turns
  for (std::int64_t slot = 0; slot < shape.slots; ++slot) {
    keys_.push_back(at::empty({0, shape.kv_heads, shape.head_dim}, options));
    values_.push_back(at::empty_like(keys_.back()));
  }
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

std::int64_t KvCache::bytes() const {
  std::int64_t bytes = 0;
  for (const auto* pool : {&keys_, &values_})
    for (const at::Tensor& slot : *pool) bytes += static_cast<std::int64_t>(slot.nbytes());
  return bytes;
}

std::int64_t KvCache::take_page() {
  if (free_pages_.empty()) reserve(1);
  const std::int64_t page = free_pages_.back();
  free_pages_.pop_back();
  page_uses_[page] = 1;
  return page;
}

void KvCache::reserve(std::int64_t pages) {
  const auto free = static_cast<std::int64_t>(free_pages_.size());
  if (pages <= free) return;
  const c10::InferenceMode normal(false);
  const auto before = static_cast<std::int64_t>(page_uses_.size());
  const std::int64_t after = before + std::max({pages - free, before, kFewestPages});
  for (auto* pool : {&keys_, &values_})
    for (at::Tensor& slot : *pool) {
      at::Tensor grown = at::empty({after * kPageRows, slot.size(1), slot.size(2)}, slot.options());
      // A slot has more rows than the others where memory ran out behind it the last time.
      grown.narrow(0, 0, before * kPageRows).copy_(slot.narrow(0, 0, before * kPageRows));
      slot = std::move(grown);
    }
  page_uses_.resize(after, 0);
  for (std::int64_t page = after; page-- > before;) free_pages_.push_back(page);
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
  std::int64_t pages = 0;  // at most; all at once, since growing copies
  for (const Segment& segment : tokens.segments) pages += (segment.length + kPageRows - 1) / kPageRows;
  reserve(pages);
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
  result.rows = at::tensor(rows, at::kLong).to(keys_.front().device());
  return result;
}

void KvCache::commit() {
  for (auto& [index, sequence] : pending_) sequences_[index] = std::move(sequence);
  pending_.clear();
}

void KvCache::store(std::int64_t slot, const Append& append, const at::Tensor& keys,
                    const at::Tensor& values) {
  const auto put = [&](at::Tensor pool, const at::Tensor& rows) {
    pool.index_copy_(0, append.rows, rows.to(pool.scalar_type()));
  };
  put(this->keys(slot), keys);
  put(this->values(slot), values);
}

}  // namespace iiet
