#include "harness/text/translation/ter.hpp"

#include "harness/metric/text_metrics.hpp"

namespace iiet {
namespace {

/// sacreBLEU's defaults.
std::unique_ptr<CorpusMetric> make() { return std::make_unique<Ter>(TercomOptions{}); }

const Registrar<Metric> registered{corpus_metric<make>({
    .name = "ter",
    .about = "translation edit rate of all documents in per cent, as sacreBLEU with its defaults",
    .higher_is_better = false,
})};

}  // namespace
}  // namespace iiet
