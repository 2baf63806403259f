#pragma once

#include <cstdint>
#include <string>

namespace iiet {

/// Who watches a run and may stop it. Called from one thread at a time.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  /// What the user should know.
  virtual void note(const std::string& line) = 0;
  /// Something failed alone: a task, or one of several models. The run goes on.
  virtual void failed(const std::string& line) = 0;
  /// Work on a model's answers to a task begins, goes on, and ends, well or not.
  virtual void work_began(const std::string& title) = 0;
  virtual void work_went_on(std::int64_t tokens_done, std::int64_t tokens_in_all) = 0;
  virtual void work_ended() = 0;
  /// Whether the user asked to stop; asked between forward passes.
  virtual bool stop_requested() const = 0;
};

}  // namespace iiet
