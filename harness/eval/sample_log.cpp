#include "harness/eval/sample_log.hpp"

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/eval/outcome.hpp"
#include "harness/metric/logged_value.hpp"

namespace iiet {
namespace {

/// New tokens where a task does not say; the reference does not log the limit then.
constexpr std::int64_t kDefaultNewTokens = 256;

/// What a request is asked with: the two arguments of the reference.
struct Arguments {
  const Json& decoding;
  Json operator()(const Loglikelihood& pair) const {
    return {{"arg_0", pair.context}, {"arg_1", pair.continuation}};
  }
  Json operator()(const RollingLoglikelihood& rolling) const { return {{"arg_0", rolling.text}}; }
  Json operator()(const GenerateUntil& request) const {
    Json options{{"until", request.stops}, {"do_sample", false}, {"temperature", 0.0}};
    if (request.max_new_tokens != kDefaultNewTokens) options["max_gen_toks"] = request.max_new_tokens;
    options.update(decoding);
    return {{"arg_0", request.prompt}, {"arg_1", options}};
  }
  Json operator()(const RawIds&) const { throw Error("no task asks for raw ids"); }
};

Json answer_json(const Request& request, const Response& response) {
  if (std::holds_alternative<GenerateUntil>(request)) return response.text;
  const std::string loglikelihood = fmt::format("{}", response.loglikelihood);
  if (std::holds_alternative<RollingLoglikelihood>(request)) return loglikelihood;
  return {loglikelihood, response.is_greedy ? "True" : "False"};
}

Json line_of(const TaskData& data, const TaskResults& results, const TaskResults::Filtered& filtered,
             const Json& decoding, std::size_t d) {
  const auto requests = requests_of(data.samples[d]);
  Json arguments = Json::object(), resps = Json::array(), answers = Json::array();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    arguments[fmt::format("gen_args_{}", i)] = std::visit(Arguments{decoding}, requests[i]);
    resps.push_back(Json::array({answer_json(requests[i], (*results.responses)[d][i])}));
    answers.push_back(answer_json(requests[i], (*filtered.responses)[d][i]));
  }
  const Json& document = data.documents[d];
  const std::string target = target_of(*data.task, document, data.samples[d]);
  const auto prompt = arguments["gen_args_0"]["arg_0"].get<std::string>();
  Json line = {{"doc_id", d},
               {"doc", document},
               {"target", target},
               {"arguments", std::move(arguments)},
               {"resps", std::move(resps)},
               {"filtered_resps", std::move(answers)},
               {"filter", filtered.filter},
               {"metrics", data.task->metrics},
               {"doc_hash", sha256(document.dump(2))},
               {"prompt_hash", sha256(prompt)},
               {"target_hash", sha256(target)}};
  const Outcome outcome = outcome_of(data.samples[d], (*filtered.responses)[d]);
  for (const auto& m : results.metrics)
    if (m.filter == filtered.filter)
      line[m.metric->name] = logged_value(*m.metric, m.of_documents[d], outcome);
  return line;
}

}  // namespace

void for_each_sample_line(const TaskData& data, const TaskResults& results, const Json& decoding,
                          const std::function<void(const std::string&)>& each) {
  for (const auto& filtered : results.filtered)
    for (std::size_t d = 0; d < data.samples.size(); ++d) {
      const Json line = line_of(data, results, filtered, decoding, d);
      each(line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
    }
}

}  // namespace iiet
