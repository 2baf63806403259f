#include "tests/support/golden_requests.hpp"

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/base/unicode.hpp"
#include "harness/eval/import.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

/// Questions of SciQ as rows of TriviaQA.
std::string triviaqa_rows() {
  std::string lines;
  std::size_t i = 0;
  for_each_json_line(shared_folder() / "data/sciq/sciq_validation.jsonl", [&](const Json& row, std::size_t) {
    auto question = row["question"].get<std::string>();
    const auto answer = row["correct_answer"].get<std::string>();
    if (i % 2 == 0 && question.ends_with('?')) question.pop_back();
    lines += Json{{"question", question},
                  {"question_id", fmt::format("q{}", i)},
                  {"answer", {{"aliases", {answer, upper(answer), "the " + answer}}, {"value", answer}}}}
                 .dump() +
             "\n";
    ++i;
  });
  return lines;
}

/// Rows of GSM8K from `begin` on, before `end`.
std::string gsm8k_rows(std::size_t begin, std::size_t end) {
  std::string lines;
  std::size_t i = 0;
  for_each_json_line(shared_folder() / "data/gsm8k/test.jsonl", [&](const Json& row, std::size_t) {
    if (i >= begin && i < end) lines += row.dump() + "\n";
    ++i;
  });
  return lines;
}

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
    if (std::find(tasks.begin(), tasks.end(), rule.folder) != tasks.end())
      REQUIRE(import_split(rule, shared_folder() / "data", to).has_value());
}

void import_files(const std::vector<std::string>& files, const std::filesystem::path& to) {
  for (const std::string& file : files) {
    if (file == "triviaqa/validation.jsonl") {
      write_file_atomically(to / file, triviaqa_rows());
    } else if (file == "gsm8k/test.jsonl") {
      write_file_atomically(to / file, gsm8k_rows(0, 1000));
    } else if (file == "gsm8k/train.jsonl") {
      write_file_atomically(to / file, gsm8k_rows(1000, 1319));
    }
  }
  for (const ImportRule& rule : import_rules()) {
    const bool wanted =
        std::find(files.begin(), files.end(), rule.folder + "/" + rule.split + ".jsonl") != files.end();
    if (wanted && !std::filesystem::exists(imported_file(rule, to)))
      import_split(rule, shared_folder() / "data", to);
  }
}

}  // namespace iiet::test
