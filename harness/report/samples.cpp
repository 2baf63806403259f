#include "harness/report/samples.hpp"

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/report/report.hpp"

namespace iiet {
namespace fs = std::filesystem;

fs::path samples_file(const fs::path& report, const std::string& model, const std::string& task) {
  return report.parent_path() / fmt::format("samples_{}_{}.jsonl", for_file_name(model), task);
}

std::optional<LoggedValues> logged_values(const fs::path& file, const std::string& result) {
  if (!fs::exists(file)) return std::nullopt;
  const std::size_t comma = result.find(',');
  const std::string metric = result.substr(0, comma);
  const std::string filter = comma == std::string::npos ? "none" : result.substr(comma + 1);
  LoggedValues values;
  bool logged = true;
  for_each_json_line(file, [&](const Json& line, std::size_t number) {
    for (const char* name : {"filter", "doc_hash"})
      require(line.contains(name) && line[name].is_string(), "{}:{}: field '{}': a string expected",
              file.string(), number, name);
    if (line["filter"] != filter) return;
    if (!line.contains(metric)) {
      logged = false;
      return;
    }
    values.document_hashes.push_back(line["doc_hash"]);
    values.values.push_back(line[metric]);
  });
  if (!logged || values.values.empty()) return std::nullopt;
  return values;
}

}  // namespace iiet
