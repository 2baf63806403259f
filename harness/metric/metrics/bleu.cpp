#include "harness/text/translation/bleu.hpp"

#include "harness/metric/text_metrics.hpp"

namespace iiet {
namespace {

/// sacreBLEU's defaults.
std::unique_ptr<CorpusMetric> make() { return std::make_unique<Bleu>(BleuOptions{}); }

const Registrar<Metric> registered{corpus_metric<make>({
    .name = "bleu",
    .about = "BLEU of all documents, 0 to 100, as sacreBLEU with its defaults (13a)",
})};

}  // namespace
}  // namespace iiet
