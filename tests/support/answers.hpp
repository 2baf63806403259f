#pragma once

#include <map>

#include "harness/eval/executor.hpp"

namespace iiet::test {

/// All answers to requests, and what they cost.
struct Answers {
  std::vector<Response> responses;
  AnswerCosts costs;
};
Answers answers_of(const Executor& executor, std::span<const Request> requests,
                   const AnswerHooks& hooks = {});

/// A journal in memory.
struct MemoryJournal : Journal {
  std::map<std::int64_t, std::string> records;
  std::optional<std::string> find(std::int64_t unit) override;
  void add(std::int64_t unit, std::string_view record) override;  // throws for a unit that is there
};

/// Answers in memory.
struct MemoryStore : AnswerStore {
  std::map<Key, Response> answers;
  std::optional<Response> find(const Key& key) override;
  void add(const Key& key, const Response& response) override { answers.emplace(key, response); }
  void flush() override {}
};

}  // namespace iiet::test
