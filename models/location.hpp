#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace iiet {

/// A model as the user names it: `NAME[:key=value…]`, NAME being a shipped checkpoint, a folder of
/// $IIET_MODELS or a path.
struct ModelLocation {
  std::string name;                    // as shown in tables and reports
  std::filesystem::path folder;        // holds config.json
  std::vector<std::string> overrides;  // `key=value`
};

/// Finds the folder; throws InputError with a suggestion if there is none.
ModelLocation locate_model(const std::string& spec);

/// Names that locate_model knows without a path: shipped checkpoints and folders of $IIET_MODELS.
std::vector<std::string> known_models();

}  // namespace iiet
