#include "harness/eval/outcome.hpp"

namespace iiet {
namespace {

/// `responses` has at least one.
struct Maker {
  std::span<const Response> responses;

  Outcome operator()(const Choice& choice) const {
    ChoiceOutcome outcome;
    outcome.gold = choice.gold;
    for (std::size_t i = 0; i < responses.size(); ++i) {
      outcome.loglikelihoods.push_back(responses[i].loglikelihood);
      outcome.greedy.push_back(responses[i].is_greedy);
      outcome.texts.push_back(choice.options[i].text);
    }
    return outcome;
  }
  Outcome operator()(const Completion&) const {
    return CompletionOutcome{responses.front().loglikelihood, responses.front().is_greedy};
  }
  Outcome operator()(const Passage& passage) const {
    return PassageOutcome{responses.front().loglikelihood, passage.words, passage.bytes};
  }
  Outcome operator()(const Generation& generation) const {
    return TextOutcome{responses.front().text,
                       {generation.references.begin(), generation.references.end()},
                       generation.comparison};
  }
};

}  // namespace

Outcome outcome_of(const Sample& sample, std::span<const Response> responses) {
  const auto* choice = std::get_if<Choice>(&sample);
  const std::size_t requests = choice ? choice->options.size() : 1;
  if (responses.size() != requests)
    throw Error(fmt::format("a sample of {} requests has {} responses", requests, responses.size()));
  return std::visit(Maker{responses}, sample);
}

}  // namespace iiet
