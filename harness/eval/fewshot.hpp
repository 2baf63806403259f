#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/random/python_random.hpp"
#include "harness/eval/task.hpp"

namespace iiet {

/// Solved documents that examples are taken from.
struct FewshotPool {
  std::vector<Json> documents;
  std::vector<Sample> samples;  // one a document
};

struct FewshotRule {
  std::size_t count = 0;   // examples before each document
  bool leave_out = false;  // one more is drawn, so that the evaluated document itself can be dropped
  std::uint64_t seed = 1234;
};

/// lm-evaluation-harness's default sampler: `random.sample` of the pool by one generator a task, so that
/// every document's examples depend on how many documents came before it.
class FewshotSampler {
 public:
  /// Throws InputError if the pool holds too few documents. The pool must outlive the sampler.
  FewshotSampler(const FewshotPool& pool, const FewshotRule& rule);

  /// The text that stands before the context of the next document: each example followed by an empty line.
  std::string examples_before(const Json& document);

 private:
  const FewshotPool& pool_;
  FewshotRule rule_;
  PythonRandom random_;
};

/// A solved document as text: context and right answer. Throws Error for a Passage, which has no answer.
std::string solved(const Sample& sample);

/// The same as it stands in a prompt: followed by an empty line.
std::string example_text(const Sample& sample);

/// The sample with `text` put before every context.
Sample with_examples(Sample sample, const std::string& text);

}  // namespace iiet
