#include "harness/run/publish.hpp"

#include <algorithm>

namespace iiet {
namespace fs = std::filesystem;
namespace {

/// Paths and arguments need not be valid UTF-8; a report must not fail on them.
std::string as_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::vector<FileContent> report_files(const Report& report, const std::string& format, const fs::path& path) {
  if (format == "json") return {{path, as_text(to_json(report))}};
  std::vector<FileContent> files;
  for (const ModelRow& model : report.models) {
    const auto succeeded = [&](const ResultRow& r) { return r.model == model.name && r.error.empty(); };
    if (std::none_of(report.results.begin(), report.results.end(), succeeded)) continue;
    files.emplace_back(report.models.size() > 1 ? report_of_model(path, model.name) : path,
                       as_text(lm_eval_results(report, model)));
  }
  return files;
}

fs::path report_of_model(const fs::path& path, const std::string& model) {
  return path.parent_path() / (path.stem().string() + "_" + for_file_name(model) + ".json");
}

}  // namespace iiet
