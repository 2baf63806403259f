#include "harness/text/translation/chrf.hpp"

#include "harness/metric/text_metrics.hpp"

namespace iiet {
namespace {

/// sacreBLEU's defaults.
std::unique_ptr<CorpusMetric> make() { return std::make_unique<Chrf>(ChrfOptions{}); }

const Registrar<Metric> registered{corpus_metric<make>({
    .name = "chrf",
    .about = "chrF of all documents, 0 to 100, as sacreBLEU with its defaults (character 6-grams)",
})};

}  // namespace
}  // namespace iiet
