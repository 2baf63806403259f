#include "harness/eval/fewshot.hpp"

#include "harness/base/error.hpp"

namespace iiet {

FewshotSampler::FewshotSampler(const FewshotPool& pool, const FewshotRule& rule)
    : pool_(pool), rule_(rule), random_(rule.seed) {
  const std::size_t needed = rule.leave_out ? 1 : 0;
  require(rule.count <= pool.documents.size() && rule.count + needed <= pool.documents.size(),
          "{} few-shot examples{} asked for, there are {} documents to draw from", rule.count,
          rule.leave_out ? " besides the document itself" : "", pool.documents.size());
}

std::string FewshotSampler::examples_before(const Json& document) {
  std::string text;
  std::size_t taken = 0;
  for (const std::size_t i :
       random_.sample(pool_.documents.size(), rule_.count + (rule_.leave_out ? 1 : 0))) {
    if (taken == rule_.count) break;
    if (rule_.leave_out && pool_.documents[i] == document) continue;
    text += example_text(pool_.samples[i]);
    ++taken;
  }
  return text;
}

std::string solved(const Sample& sample) {
  if (const auto* choice = std::get_if<Choice>(&sample)) {
    const Option& right = choice->options.at(choice->gold);
    return right.context + right.continuation;
  }
  // The reference puts its delimiter, a space, before an answer that begins with a space itself.
  if (const auto* completion = std::get_if<Completion>(&sample))
    return completion->context + " " + completion->continuation;
  if (const auto* generation = std::get_if<Generation>(&sample))
    return generation->prompt + " " + generation->references.front();
  throw Error("a whole text cannot be a few-shot example");
}

std::string example_text(const Sample& sample) { return solved(sample) + "\n\n"; }

Sample with_examples(Sample sample, const std::string& text) {
  if (auto* choice = std::get_if<Choice>(&sample))
    for (Option& option : choice->options) option.context.insert(0, text);
  if (auto* completion = std::get_if<Completion>(&sample)) completion->context.insert(0, text);
  if (auto* generation = std::get_if<Generation>(&sample)) generation->prompt.insert(0, text);
  return sample;
}

}  // namespace iiet
