#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/eval/passes.hpp"
#include "harness/eval/tokenization.hpp"
#include "harness/text/tokenizer/stop_strings.hpp"
#include "models/generation/options.hpp"

namespace iiet {

/// A prompt in tokens and what ends the text behind it.
struct PlannedGeneration {
  std::size_t request = 0;
  Prompt prompt;
  bool truncated = false;  // prompt cut on the left, so that it and the new tokens fit the model
  std::shared_ptr<const StopStrings> stops = nullptr;  // null: there is no tokenizer that has texts
};

/// Requests as the work that answers them. The same requests and options make the same plan. Its units, for
/// a journal: 1 to passes.size() are the passes, those behind them the generations.
struct RequestPlan {
  std::vector<TokenSequence> sequences;  // in the order of requests
  Passes passes;
  std::vector<PlannedGeneration> generations;  // longest prompts first
  std::vector<std::size_t> empty;              // requests that have no token to score

  std::int64_t unit_of_pass(std::size_t pass) const { return 1 + static_cast<std::int64_t>(pass); }
  std::int64_t unit_of_generation(std::size_t i) const { return unit_of_pass(passes.size() + i); }
  /// SHA-256 over all of it.
  std::string fingerprint() const;
};

struct PlanOptions {
  int threads = 1;  // that turn texts into tokens
  PackingOptions packing = {};
  std::optional<std::int64_t> max_new_tokens = {};  // instead of what the requests ask for
};

/// Makes a plan from requests that come one after the other; their texts are not kept. A few thousand are
/// tokenised at a time, each distinct text once.
class RequestPlanner {
 public:
  RequestPlanner(const Tokenization& tokenization, const PlanOptions& options)
      : tokenization_(tokenization), options_(options) {}

  /// Numbers ascend. Throws RequestError, here or in finish(), for one that does not fit the model: a
  /// continuation without tokens or too long, too many ids, new tokens that leave no room for a prompt.
  void add(std::size_t number, Request request);
  RequestPlan finish();

 private:
  class Texts;
  /// A request and the places of its texts among those to encode.
  struct Waiting {
    std::size_t number = 0;
    Request request;
    std::size_t text = 0, context = 0;
  };
  void plan_waiting();
  void plan(std::size_t number, const Loglikelihood& request, PairIds ids);
  void plan(std::size_t number, std::span<const TokenId> text);
  void plan(std::size_t number, const GenerateUntil& request, std::vector<TokenId> prompt);
  void plan(std::size_t number, RawIds request);
  std::shared_ptr<const StopStrings> stops_of(const GenerateUntil& request);

  Tokenization tokenization_;
  PlanOptions options_;
  std::vector<Waiting> waiting_;
  std::map<std::vector<std::string>, std::shared_ptr<const StopStrings>> stops_;
  RequestPlan plan_;
};

}  // namespace iiet
