#include "models/location.hpp"

#include <algorithm>
#include <cstdlib>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"

namespace iiet {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kNullModel = "null";

/// Folders searched by name, in order.
std::vector<fs::path> search_path() {
  std::vector<fs::path> folders{project_root() / "models" / "checkpoints"};
  if (const char* user = std::getenv("IIET_MODELS"); user && *user) folders.insert(folders.begin(), user);
  return folders;
}

/// The null model of `null:tokenizer=MODEL` or, without one, of a shipped one.
ModelLocation null_location(ModelLocation location) {
  constexpr std::string_view kTokenizer = "tokenizer=";
  location.is_null = true;
  location.folder = project_root() / "models" / "checkpoints" / "transformer";
  for (const std::string& override_text : location.overrides)
    if (override_text.starts_with(kTokenizer))
      location.folder = locate_model(override_text.substr(kTokenizer.size())).folder;
  std::erase_if(location.overrides, [&](const auto& text) { return text.starts_with(kTokenizer); });
  return location;
}

}  // namespace

std::vector<std::string> known_models() {
  std::vector<std::string> names;
  for (const fs::path& folder : search_path()) {
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator(folder, absent))
      if (fs::exists(entry.path() / "config.json")) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

ModelLocation locate_model(const std::string& spec) {
  ModelLocation location;
  // A path may hold ':'; overrides are the trailing parts that hold '='.
  std::string name = spec;
  for (std::size_t colon;
       (colon = name.rfind(':')) != std::string::npos && name.find('=', colon) != std::string::npos;) {
    location.overrides.insert(location.overrides.begin(), name.substr(colon + 1));
    name.resize(colon);
  }
  require(!name.empty(), "model '{}': the name is empty", spec);
  if (name.find('/') == std::string::npos)
    for (const fs::path& folder : search_path())
      if (location.folder.empty() && fs::exists(folder / name / "config.json"))
        location.folder = folder / name;
  const bool is_null = location.folder.empty() && name == kNullModel;
  if (is_null) location = null_location(std::move(location));
  if (location.folder.empty()) location.folder = name;
  if (!fs::exists(location.folder)) {
    const auto known = known_models();
    throw InputError(name.find('/') == std::string::npos ? unknown_name("model", name, known)
                                                         : name + ": there is no such model folder");
  }
  require(fs::exists(location.folder / "config.json"), "{}: not a model folder: config.json is missing",
          location.folder.string());
  location.name = is_null ? name : fs::weakly_canonical(location.folder).filename().string();
  for (const std::string& override_text : location.overrides) location.name += ":" + override_text;
  return location;
}

}  // namespace iiet
