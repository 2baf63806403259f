#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/sha256.hpp"
#include "harness/eval/request.hpp"

namespace iiet {

/// Takes answers as they come.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;
  /// Called once a request, in any order, from one thread at a time; may throw to stop the work.
  virtual void done(std::size_t request, Response response) = 0;
};

/// Called as work goes on, from one thread at a time; may throw to stop it. A generation counts with its
/// prompt and the new tokens that it may have, once it is done.
using Progress = std::function<void(std::int64_t tokens_done, std::int64_t tokens_in_all)>;

/// What is left of a piece of work that was interrupted: a record for each finished unit of its plan (a
/// forward pass, a generated answer). A run that is taken up makes the same plan again, finds these records
/// and works on the other units only. Called from one thread at a time.
class Journal {
 public:
  virtual ~Journal() = default;
  /// The record of a unit, if it was finished.
  virtual std::optional<std::string> find(std::int64_t unit) = 0;
  /// Keeps a record whole or not at all; each unit comes once.
  virtual void add(std::int64_t unit, std::string_view record) = 0;
};

/// A journal tells of other work than what is to be done.
class OtherWorkError : public InputError {
 public:
  OtherWorkError()
      : InputError(
            "what was interrupted is other work: the model, its tokenizer, the documents or the "
            "options changed") {}
};

/// Answers that many runs share. A key stands for all that an answer depends on: equal keys, equal answers.
/// Called from one thread at a time.
class AnswerStore {
 public:
  using Key = Sha256::Digest;
  virtual ~AnswerStore() = default;
  virtual std::optional<Response> find(const Key& key) = 0;
  virtual void add(const Key& key, const Response& response) = 0;
  /// Called when work ends, well or not: what was added is kept now at the latest.
  virtual void flush() = 0;
};

/// Who watches work, and what of earlier work it may use. All of it may be absent; nothing is owned.
struct AnswerHooks {
  Progress progress = {};
  Journal* journal = nullptr;    // of this piece of work alone
  AnswerStore* store = nullptr;  // asked before anything is computed, told every answer
};

/// What answering cost. Counts are those of the whole plan, whether it was interrupted or not.
struct AnswerCosts {
  std::int64_t tokens_fed = 0;            // read by the model, shared prefixes once a pass
  std::int64_t tokens_scored = 0;         // targets, and tokens generated
  std::size_t stored = 0;                 // answers that the store had; in no other number
  double earlier_s = 0;                   // worked by starts that were interrupted, as the journal tells
  std::vector<double> pass_latencies_ms;  // of each forward pass made, with scoring or choice of tokens
};

/// Hands on what comes in any order in the order of its numbers 0, 1, …, each as early as that allows.
template <typename T>
class InOrder {
 public:
  explicit InOrder(std::function<void(T)> each) : each_(std::move(each)) {}

  void add(std::size_t number, T value) {
    waiting_.emplace(number, std::move(value));
    for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_; ++next_) {
      each_(std::move(first->second));
      first = waiting_.erase(first);
    }
  }

 private:
  std::function<void(T)> each_;
  std::size_t next_ = 0;
  std::map<std::size_t, T> waiting_;
};

}  // namespace iiet
