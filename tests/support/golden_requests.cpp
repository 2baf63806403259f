#include "tests/support/golden_requests.hpp"

#include <algorithm>

#include "harness/eval/import.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

/// The reference had float32 numbers.
double as_the_reference(const Json& loglikelihood) {
  return static_cast<double>(static_cast<float>(loglikelihood.get<double>()));
}

}  // namespace

std::vector<std::vector<Response>> recorded_responses(const Json& golden) {
  std::vector<std::vector<Response>> responses;
  for (const Json& sample : golden["samples"]) {
    auto& answers = responses.emplace_back();
    if (!sample["ll"].is_array()) {
      answers.push_back({.loglikelihood = sample["ll"].get<double>()});
      continue;
    }
    for (std::size_t i = 0; i < sample["ll"].size(); ++i)
      answers.push_back({.loglikelihood = as_the_reference(sample["ll"][i]),
                         .is_greedy = sample["greedy"][i].get<int>() == 1});
  }
  if (!golden.contains("more")) return responses;
  const Json& more = golden["more"];
  REQUIRE(more["first_doc"].get<std::size_t>() == responses.size());
  for (std::size_t d = 0; d < more["ll"].size(); ++d) {
    auto& answers = responses.emplace_back();
    for (std::size_t i = 0; i < more["ll"][d].size(); ++i)
      answers.push_back({.loglikelihood = as_the_reference(more["ll"][d][i]),
                         .is_greedy = more["greedy"][d].get<std::string>()[i] == '1'});
  }
  return responses;
}

void import_data(const std::filesystem::path& to, const std::vector<std::string>& tasks) {
  for (const ImportRule& rule : import_rules())
    if (std::find(tasks.begin(), tasks.end(), rule.task) != tasks.end())
      REQUIRE(import_split(rule, shared_folder() / "data", to).has_value());
}

}  // namespace iiet::test
