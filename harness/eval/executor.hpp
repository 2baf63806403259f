#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "harness/eval/answers.hpp"
#include "harness/eval/generation.hpp"
#include "harness/eval/request_plan.hpp"
#include "models/language_model.hpp"

namespace iiet {

struct ExecutorOptions {
  int threads = 1;                     // workers on the CPU, one forward pass each
  PackingOptions packing = {};         // token_budget 0: a default for the device
  GenerationSettings generation = {};  // of GenerateUntil requests
  /// Tells the model from all others: weights, overrides, dtypes, device. Needed with a journal or a store.
  std::string model_fingerprint = {};
};

/// Calls its argument with each request, in order.
using RequestSource = std::function<void(const std::function<void(Request)>&)>;
RequestSource each_of(std::span<const Request> requests);

/// Requests in, answers out as passes end: plan, stored answers, forward passes, decoding. The numbers are
/// those of one request at a time up to rounding, whatever the budget; threads and the order in which passes
/// end change none. Keeps no answer but those of requests of which parts are missing. Const; the model and
/// the tokenizer must outlive it.
class Executor {
 public:
  Executor(const LanguageModel& model, Tokenization tokenization, ExecutorOptions options);
  const Tokenization& tokenization() const { return tokenization_; }

  /// Hands each answer to `sink` once, numbered as the requests come. With a journal, units that it knows are
  /// not worked on again. Throws RequestError for a request that does not fit the model (before any work),
  /// OtherWorkError for a journal of other work, Error if the model gives NaN.
  AnswerCosts answer(const RequestSource& requests, AnswerSink& sink, const AnswerHooks& hooks = {}) const;

  /// SHA-256 over all that an answer depends on beside its request: model, tokenizer, lengths, rules,
  /// decoding and the versions of LibTorch and this program.
  std::string fingerprint() const;

 private:
  class Work;
  const LanguageModel& model_;
  Tokenization tokenization_;
  ExecutorOptions options_;
};

}  // namespace iiet
