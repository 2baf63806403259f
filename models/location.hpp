#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace iiet {

/// A model as the user names it: `NAME[:key=value…]`, NAME being a shipped checkpoint, a folder of
/// $IIET_MODELS or a path; `null` is the null model, with the tokenizer of the shipped `transformer` or, as
/// `null:tokenizer=MODEL`, of another model.
struct ModelLocation {
  std::string name;                    // as shown in tables and reports
  std::filesystem::path folder;        // holds config.json
  std::vector<std::string> overrides;  // `key=value`
  bool is_null = false;                // the null model, which takes tokenizer and length from the folder
};

/// Finds the folder; throws InputError with a suggestion if there is none.
ModelLocation locate_model(const std::string& spec);

/// Names that locate_model knows without a path: shipped checkpoints and folders of $IIET_MODELS.
std::vector<std::string> known_models();

}  // namespace iiet
