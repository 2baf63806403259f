#include "harness/app/json_input.hpp"

#include <filesystem>

#include "harness/base/files.hpp"
#include "harness/base/json_fields.hpp"

namespace iiet {

void require_readable(const std::string& path) {
  if (path.empty()) return;
  require(std::filesystem::exists(path), "{}: there is no such file", path);
  require(!std::filesystem::is_directory(path), "{}: cannot be read: it is a folder", path);
}

void for_each_input_object(const std::string& path,
                           const std::function<void(Json, const std::string&)>& each) {
  ByteSource source = open_input(path);
  const std::string name = source.name();
  for_each_json_line(std::move(source), [&](Json object, std::size_t line) {
    each(std::move(object), fmt::format("{}:{}", name, line));
  });
}

std::vector<TokenId> ids_of(const Json& json, const std::string& where, std::int64_t vocabulary) {
  expect_json(json.is_array(), "a list of ids", json, where);
  std::vector<TokenId> ids;
  for (const Json& id : json) {
    require(id.is_number_unsigned() && id.get<std::uint64_t>() < static_cast<std::uint64_t>(vocabulary),
            "{}: token ids are 0 to {}, got {}", where, vocabulary - 1, id.dump());
    ids.push_back(id.get<TokenId>());
  }
  return ids;
}

}  // namespace iiet
