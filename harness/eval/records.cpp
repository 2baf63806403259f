#include "harness/eval/records.hpp"

#include <cstring>

#include "harness/base/error.hpp"
#include "harness/base/json.hpp"

namespace iiet {

void to_json(Json& json, const Response& r) {
  json = Json::array({r.loglikelihood, r.is_greedy, r.tokens, r.truncated, r.text, r.log_probabilities});
  json.push_back(r.top_logits);
}

void from_json(const Json& json, Response& r) {
  r = {json.at(0), json.at(1), json.at(2), json.at(3), json.at(4), json.at(5), json.at(6)};
}

void to_json(Json& json, const SequenceScore& s) {
  json = Json::array({s.loglikelihood, s.is_greedy, s.log_probabilities, s.top_logits});
}

void from_json(const Json& json, SequenceScore& s) { s = {json.at(0), json.at(1), json.at(2), json.at(3)}; }

void to_json(Json& json, const GenerationScore& g) { json = Json::array({g.tokens_read, g.tokens, g.text}); }

void from_json(const Json& json, GenerationScore& g) { g = {json.at(0), json.at(1), json.at(2)}; }

void to_json(Json& json, const Beginning& b) { json = Json::array({b.fingerprint, b.stored}); }

void from_json(const Json& json, Beginning& b) { b = {json.at(0), json.at(1)}; }

namespace {

template <typename T>
std::string packed(const T& value) {
  std::string bytes;
  Json::to_msgpack(Json(value), bytes);
  return bytes;
}

template <typename T>
T unpacked(std::string_view bytes) {
  try {
    return Json::from_msgpack(bytes).get<T>();
  } catch (const Json::exception& error) {
    throw Error(fmt::format("a damaged record of {} bytes: {}", bytes.size(), error.what()));
  }
}

}  // namespace

std::string to_record(const Response& response) { return packed(response); }
std::string to_record(const std::vector<SequenceScore>& pass) { return packed(pass); }
std::string to_record(const GenerationScore& generation) { return packed(generation); }
std::string to_record(const Beginning& beginning) { return packed(beginning); }

std::string with_seconds(std::string record, double seconds) {
  return record.append(reinterpret_cast<const char*>(&seconds), sizeof seconds);
}

double take_seconds(std::string& record) {
  double seconds = 0;
  if (record.size() < sizeof seconds) throw Error(fmt::format("a damaged record of {} bytes", record.size()));
  const std::size_t size = record.size() - sizeof seconds;
  std::memcpy(&seconds, record.data() + size, sizeof seconds);
  record.resize(size);
  return seconds;
}

template <>
Response from_record(std::string_view bytes) {
  return unpacked<Response>(bytes);
}
template <>
std::vector<SequenceScore> from_record(std::string_view bytes) {
  return unpacked<std::vector<SequenceScore>>(bytes);
}
template <>
GenerationScore from_record(std::string_view bytes) {
  return unpacked<GenerationScore>(bytes);
}
template <>
Beginning from_record(std::string_view bytes) {
  return unpacked<Beginning>(bytes);
}

}  // namespace iiet
