#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <ATen/ATen.h>

#include "models/attention/plan.hpp"
#include "models/packed_tokens.hpp"

namespace iiet {

/// Keys and values of many sequences, one slot for each (layer, evaluation): exact decoding of iterated
/// layers needs them all, since evaluation e attends to what evaluation e of the same layer made for earlier
/// tokens (the hidden states of another evaluation would give other keys). Owned by the caller; a model only
/// reads and appends.
///
/// Rows of one pool are handed out in pages of 16; a page is shared by sequences that were forked and freed
/// when its last sequence goes. Rows are the same in every slot.
class KvCache {
 public:
  /// What one slot of the pool stores.
  struct Shape {
    std::int64_t slots = 0, kv_heads = 0, head_dim = 0;
  };
  /// `options`: device and type of what is stored; the type may be another than the model's.
  KvCache(Shape shape, at::TensorOptions options);

  /// A new empty sequence.
  std::int32_t add();
  /// A new sequence that starts with all tokens of `sequence`; nothing is copied.
  std::int32_t fork(std::int32_t sequence);
  /// Forgets a sequence; pages that no other sequence uses are free again.
  void release(std::int32_t sequence);
  /// One new sequence a parent, in order (a parent may occur often, or never); the parents are released. For
  /// beams.
  std::vector<std::int32_t> gather(std::span<const std::int32_t> parents);
  /// Tokens held.
  std::int64_t length(std::int32_t sequence) const;
  /// Bytes of the pool.
  std::int64_t bytes() const;

  /// Takes rows for the new tokens of `tokens` behind what their sequences hold, in every slot. The tokens
  /// count from commit() on; append(), fork() or release() without commit() drop them.
  struct Append {
    at::Tensor rows;     // [N] int64, on the device of the pool
    AttentionPlan plan;  // keys: rows of the pool
  };
  Append append(const PackedTokens& tokens);
  void commit();

  /// Stores keys and values [N,K,C] of the appended tokens.
  void store(std::int64_t slot, const Append& append, const at::Tensor& keys, const at::Tensor& values);
  at::Tensor keys(std::int64_t slot) const { return keys_[static_cast<std::size_t>(slot)]; }      // [M,K,C]
  at::Tensor values(std::int64_t slot) const { return values_[static_cast<std::size_t>(slot)]; }  // [M,K,C]

 private:
  struct Sequence {
    std::vector<KeySpan> spans;
    std::vector<std::int64_t> pages;
    std::int64_t length = 0;
  };
  const Sequence& at_index(std::int32_t sequence) const;
  std::int32_t insert(Sequence sequence);
  void extend(Sequence& sequence, std::int64_t tokens, std::vector<std::int64_t>& rows);
  /// Gives back the pages of an append that was not committed.
  void drop_pending();
  std::int64_t take_page();
  /// Makes room for so many new pages. The pool at least doubles, slot after slot.
  void reserve(std::int64_t pages);

  std::vector<at::Tensor> keys_, values_;  // of each slot, [M,K,C]
  std::vector<std::int32_t> page_uses_;    // sequences that hold a page
  std::vector<std::int64_t> free_pages_;
  std::vector<std::optional<Sequence>> sequences_;
  std::vector<std::pair<std::int32_t, Sequence>> pending_;  // sequences as they are after commit()
};

}  // namespace iiet
