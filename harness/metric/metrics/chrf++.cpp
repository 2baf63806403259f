#include "harness/metric/text_metrics.hpp"
#include "harness/text/translation/chrf.hpp"

namespace iiet {
namespace {

/// sacreBLEU's defaults, with words.
std::unique_ptr<CorpusMetric> make() { return std::make_unique<Chrf>(ChrfOptions{.word_order = 2}); }

const Registrar<Metric> registered{corpus_metric<make>({
    .name = "chrf++",
    .about = "chrF++ of all documents, 0 to 100: chrF with pairs of words",
})};

}  // namespace
}  // namespace iiet
