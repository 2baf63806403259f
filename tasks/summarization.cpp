#include "harness/eval/task.hpp"

namespace iiet {
namespace {

const Registrar<TaskGroup> registered{{
    .name = "summarization",
    .about = "summaries of news, papers and conversations",
    .tasks = {"cnn_dailymail_abisee", "xsum", "scitldr", "dialogsum"},
}};

}  // namespace
}  // namespace iiet
