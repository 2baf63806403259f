#include "harness/text/translation/corpus_metric.hpp"

namespace iiet {

std::string CorpusMetric::details(std::span<const double>) const { return {}; }

}  // namespace iiet
