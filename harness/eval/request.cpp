#include "harness/eval/request.hpp"

namespace iiet {

std::vector<Request> requests_of(const Sample& sample) {
  struct Maker {
    std::vector<Request> operator()(const Choice& choice) const {
      std::vector<Request> requests;
      for (const Option& option : choice.options)
        requests.push_back(Loglikelihood{option.context, option.continuation});
      return requests;
    }
    std::vector<Request> operator()(const Completion& completion) const {
      return {Loglikelihood{completion.context, completion.continuation}};
    }
    std::vector<Request> operator()(const Passage& passage) const {
      return {RollingLoglikelihood{passage.text}};
    }
    std::vector<Request> operator()(const Generation& generation) const {
      return {GenerateUntil{generation.prompt, generation.stops, generation.max_new_tokens}};
    }
  };
  return std::visit(Maker{}, sample);
}

}  // namespace iiet
