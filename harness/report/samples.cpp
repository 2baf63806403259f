#include "harness/report/samples.hpp"

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/metric/result_name.hpp"
#include "harness/report/report.hpp"

namespace iiet {
namespace fs = std::filesystem;

fs::path run_folder(const fs::path& report) {
  fs::path folder = report;
  return folder.replace_extension();
}

fs::path samples_file(const fs::path& report, const std::string& model, const std::string& task) {
  return run_folder(report) / fmt::format("samples_{}_{}.jsonl", for_file_name(model), task);
}

fs::path find_samples(const fs::path& report, const std::string& model, const std::string& task) {
  const fs::path in_folder = samples_file(report, model, task);
  const fs::path beside = report.parent_path() / in_folder.filename();
  return !fs::exists(in_folder) && fs::exists(beside) ? beside : in_folder;
}

std::optional<LoggedSamples> LoggedSamples::read(const fs::path& file) {
  if (!fs::exists(file)) return std::nullopt;
  LoggedSamples samples;
  for_each_json_line(file, [&](Json line, std::size_t number) {
    for (const char* name : {"filter", "doc_hash"})
      require(line.contains(name) && line[name].is_string(), "{}:{}: field '{}': a string expected",
              file.string(), number, name);
    for (const char* text : {"doc", "arguments", "resps", "filtered_resps"}) line.erase(text);
    samples.lines_.push_back(std::move(line));
  });
  return samples;
}

std::optional<LoggedValues> LoggedSamples::values_of(const std::string& result) const {
  const auto [metric, filter] = ResultName::parse(result);
  LoggedValues values;
  for (const Json& line : lines_) {
    if (line["filter"] != filter) continue;
    if (!line.contains(metric)) return std::nullopt;
    values.document_hashes.push_back(line["doc_hash"]);
    values.values.push_back(line[metric]);
  }
  if (values.values.empty()) return std::nullopt;
  return values;
}

}  // namespace iiet
