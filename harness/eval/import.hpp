#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/eval/import_rows.hpp"

namespace iiet {

/// One file of the `--data` layout, and the files of public releases that it is made from.
struct ImportRule {
  std::string folder;  // as DataSource names it
  std::string split;
  std::vector<std::string> sources;  // below the folder of releases; all are needed
  RowReader rows;
  std::string note = {};  // what a reader must know of the rows, such as that they are a part of the set
};

/// Every file that can be imported; the files of a data set stand together, the evaluated one first.
const std::vector<ImportRule>& import_rules();

/// Where the file of a rule goes below `to`.
std::filesystem::path imported_file(const ImportRule& rule, const std::filesystem::path& to);

/// Converts the sources below `from` and writes the file below `to`, whole or not at all. Returns the number
/// of rows, or nothing where a source is absent.
std::optional<std::size_t> import_split(const ImportRule& rule, const std::filesystem::path& from,
                                        const std::filesystem::path& to);

}  // namespace iiet
