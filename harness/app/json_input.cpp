#include "harness/app/json_input.hpp"

#include <filesystem>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"

namespace iiet {

void require_readable(const std::string& path) {
  if (path.empty()) return;
  require(std::filesystem::exists(path), "{}: there is no such file", path);
  require(!std::filesystem::is_directory(path), "{}: cannot be read: it is a folder", path);
}

void for_each_input_object(const std::string& path,
                           const std::function<void(Json, const std::string&)>& each) {
  const std::string name = path.empty() ? "standard input" : path;
  const std::string content = read_input(path);
  std::size_t number = 0;
  for (const std::string_view line : lines_of(content)) {
    ++number;
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    const std::string where = fmt::format("{}:{}", name, number);
    Json object = parse_json(line, where);
    require(object.is_object(), "{}: expected a JSON object, got {}", where, object.type_name());
    each(std::move(object), where);
  }
}

std::vector<TokenId> ids_of(const Json& json, const std::string& where, std::int64_t vocabulary) {
  require(json.is_array(), "{}: expected a list of ids, got {}", where, json.type_name());
  std::vector<TokenId> ids;
  for (const Json& id : json) {
    const bool fits = id.is_number_integer() &&
                      !(id.is_number_unsigned() && id.get<std::uint64_t>() > INT32_MAX) &&
                      id.get<std::int64_t>() >= 0 && id.get<std::int64_t>() < vocabulary;
    require(fits, "{}: token ids are 0 to {}, got {}", where, vocabulary - 1, id.dump());
    ids.push_back(id.get<TokenId>());
  }
  return ids;
}

std::string text_of(const Json& object, const char* name, const std::string& where) {
  const auto found = object.find(name);
  require(found != object.end() && found->is_string(), "{}: '{}': expected a string", where, name);
  return found->get<std::string>();
}

}  // namespace iiet
