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
    fs::path file = path;
    if (report.models.size() > 1)
      file.replace_filename(path.stem().string() + "_" + for_file_name(model.name) + ".json");
    files.emplace_back(file, as_text(lm_eval_results(report, model)));
  }
  return files;
}

}  // namespace iiet
