#include "harness/metric/text_metrics.hpp"

namespace iiet {
namespace {

const Registrar<Metric> registered{rouge_metric({
    .name = "rougeLsum",
    .about = "longest common subsequences line by line (ROUGE, F-measure with stemming)",
})};

}  // namespace
}  // namespace iiet
