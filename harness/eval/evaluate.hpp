#pragma once

#include "harness/eval/executor.hpp"
#include "harness/eval/results.hpp"

namespace iiet {

/// A model's answers to a task, what follows from them and what they cost.
struct EvaluatedTask : TaskResults {
  AnswerCosts costs;
  std::size_t requests = 0;
  double wall_s = 0;  // tokenising, forward passes, scoring; of all starts
};

/// Requests, answers, metrics. A request that does not fit the model throws InputError naming task and
/// document.
EvaluatedTask evaluate_task(const Executor& executor, const TaskData& data, const Resampling& resampling,
                            const AnswerHooks& hooks = {});

}  // namespace iiet
