#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/eval/request.hpp"

namespace iiet {

/// What a forward pass says about one of its sequences.
struct SequenceScore {
  double loglikelihood = 0;  // nats, of its targets
  bool is_greedy = true;
  std::vector<double> log_probabilities = {};               // raw ids only
  std::vector<std::pair<TokenId, double>> top_logits = {};  // raw ids only
};

/// A finished generation.
struct GenerationScore {
  std::int64_t tokens_read = 0, tokens = 0;
  std::string text;
};

/// How a piece of work began: what its plan was, and the answers that needed no work, by request.
struct Beginning {
  std::string fingerprint;
  std::vector<std::pair<std::size_t, Response>> stored;
};

/// Bytes (MessagePack) for journals and stores, and back to exactly the same. Reading throws Error for bytes
/// that are none of these.
std::string to_record(const Response& response);
std::string to_record(const std::vector<SequenceScore>& pass);
std::string to_record(const GenerationScore& generation);
std::string to_record(const Beginning& beginning);
/// A record with the time that its unit took, and back: what is left is the record.
std::string with_seconds(std::string record, double seconds);
double take_seconds(std::string& record);
template <typename T>
T from_record(std::string_view bytes);
template <>
Response from_record(std::string_view bytes);
template <>
std::vector<SequenceScore> from_record(std::string_view bytes);
template <>
GenerationScore from_record(std::string_view bytes);
template <>
Beginning from_record(std::string_view bytes);

}  // namespace iiet
