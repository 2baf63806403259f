#include "harness/metric/text_metrics.hpp"

namespace iiet {
namespace {

const Registrar<Metric> registered{rouge_metric({
    .name = "rougeL",
    .about = "longest common subsequence of the whole texts (ROUGE, F-measure with stemming)",
})};

}  // namespace
}  // namespace iiet
