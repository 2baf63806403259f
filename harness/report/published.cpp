#include "harness/report/published.hpp"

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/base/json_fields.hpp"

namespace iiet {
namespace fs = std::filesystem;
namespace {

fs::path file_of(const std::string& name) {
  if (name.find('/') != std::string::npos || name.ends_with(".json")) return name;
  const fs::path folder = project_root() / "results" / "published";
  std::vector<std::string> known;
  if (fs::is_directory(folder))
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().extension() == ".json") known.push_back(entry.path().stem().string());
  std::sort(known.begin(), known.end());
  if (std::find(known.begin(), known.end(), name) == known.end())
    throw InputError("--published: " + unknown_name("source", name, known));
  return folder / (name + ".json");
}

PublishedValue read_value(StrictObject json) {
  PublishedValue value;
  value.task = json.find<std::string>("task").value_or("");
  value.metric = json.get<std::string>("metric");
  value.value = json.get<double>("value");
  value.delta_over = json.find<std::string>("delta_over").value_or("");
  if (const auto unit = json.find<std::string>("unit")) {
    require(*unit == "percent", "{}: 'percent' is the only unit to name, got '{}'", json.path_of("unit"),
            *unit);
    value.value /= 100;
  }
  json.require_no_others();
  return value;
}

PublishedRow read_row(StrictObject json) {
  PublishedRow row;
  row.model = json.get<std::string>("model");
  json.for_each("values", [&](StrictObject value) { row.values.push_back(read_value(std::move(value))); });
  json.require_no_others();
  return row;
}

}  // namespace

Published read_published(const std::string& file_or_name) {
  const fs::path path = file_of(file_or_name);
  const Json json = read_json(path);
  StrictObject top(json, path.string());
  Published published;
  published.source = top.get<std::string>("source");
  published.notes = top.find<std::vector<std::string>>("notes").value_or(std::vector<std::string>());
  top.for_each("rows", [&](StrictObject row) { published.rows.push_back(read_row(std::move(row))); });
  top.require_no_others();
  return published;
}

}  // namespace iiet
