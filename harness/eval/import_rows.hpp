#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/base/json.hpp"

namespace iiet {

/// The files of a public release as the rows of a split, as on the Hugging Face hub. Throws InputError naming
/// file, line and field.
using RowReader = std::function<std::vector<Json>(const std::vector<std::filesystem::path>& sources)>;

/// The JSON lines of a file, each as `convert` makes it from the release's row and its number from 0; what
/// `convert` complains about is preceded by file and line.
std::vector<Json> converted_rows(const std::filesystem::path& path,
                                 const std::function<Json(Json row, std::size_t number)>& convert);

/// The rows of the one source as they are.
RowReader rows_as_they_are();

/// Two files a part, one language after the other: all parts' files in the first language, then all in the
/// second. Rows `{"translation": {first: …, second: …}}`. The lines must pair up and be valid UTF-8.
RowReader parallel_text(const std::string& first, const std::string& second);

/// One file of `ID<tab>text`, source sentences `S-n`, each with its original reference `T-n`, and others,
/// which are left out. Rows as of parallel_text, in the order of the sources in the file.
RowReader referenced_text(const std::string& source, const std::string& target);

}  // namespace iiet
