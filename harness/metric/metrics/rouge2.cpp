#include "harness/metric/text_metrics.hpp"

namespace iiet {
namespace {

const Registrar<Metric> registered{rouge_metric({
    .name = "rouge2",
    .about = "share of pairs of words in common (ROUGE, F-measure with stemming)",
})};

}  // namespace
}  // namespace iiet
