#include "harness/eval/import_rows.hpp"

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"

namespace iiet {

std::vector<Json> converted_rows(const std::filesystem::path& path,
                                 const std::function<Json(Json row, std::size_t number)>& convert) {
  std::vector<Json> rows;
  for_each_json_line(path, [&](Json row, std::size_t line) {
    try {
      rows.push_back(convert(std::move(row), rows.size()));
    } catch (const InputError& error) {
      throw InputError(fmt::format("{}:{}: {}", path.string(), line, error.what()));
    }
  });
  return rows;
}

RowReader rows_as_they_are() {
  return [](const std::vector<std::filesystem::path>& sources) {
    return converted_rows(sources[0], [](Json row, std::size_t) { return row; });
  };
}

}  // namespace iiet
