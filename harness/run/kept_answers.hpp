#pragma once

#include <functional>
#include <memory>
#include <string>

#include "harness/eval/answers.hpp"

namespace iiet {

/// A journal whose writing may fail without harm to the work.
class KeptJournal : public Journal {
 public:
  using Keep = std::function<void(const std::function<void()>&)>;
  KeptJournal(std::unique_ptr<Journal> journal, Keep keep)
      : journal_(std::move(journal)), keep_(std::move(keep)) {}
  std::optional<std::string> find(std::int64_t unit) override { return journal_->find(unit); }
  void add(std::int64_t unit, std::string_view record) override;

 private:
  std::unique_ptr<Journal> journal_;
  Keep keep_;
};

/// A store that may fail without harm to the work: what cannot be read counts as absent, after what could not
/// be written nothing more is. `tell` hears of the first failure of either.
class KeptStore : public AnswerStore {
 public:
  using Tell = std::function<void(const std::string& line)>;
  KeptStore(std::unique_ptr<AnswerStore> store, Tell tell)
      : store_(std::move(store)), tell_(std::move(tell)) {}
  std::optional<Response> find(const Key& key) override;
  void add(const Key& key, const Response& response) override;
  void flush() override;

 private:
  void write(const std::function<void()>& write);

  std::unique_ptr<AnswerStore> store_;
  Tell tell_;
  bool is_readable_ = true, is_writable_ = true;
};

}  // namespace iiet
