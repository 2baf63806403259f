#include "harness/run/state.hpp"

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/report/read_report.hpp"
#include "harness/run/folder.hpp"

namespace iiet {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kShownBytes = 80;

std::string shown(const Json& json) {
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > kShownBytes) text = text.substr(0, kShownBytes) + "…";
  return text;
}

/// A row takes the place of an earlier one that is known by the same fields.
void add_rows(Json& report, const Json& line, const char* list, const std::vector<std::string>& fields) {
  Json& rows = report[list];
  for (const Json& row : line.value(list, Json::array())) {
    const auto is_same = [&](const Json& other) {
      return std::all_of(fields.begin(), fields.end(),
                         [&](const std::string& field) { return other.at(field) == row.at(field); });
    };
    rows.erase(std::remove_if(rows.begin(), rows.end(), is_same), rows.end());
    rows.push_back(row);
  }
}

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

RunState::RunState(const fs::path& path) : file_(path) {
  if (file_.lines().empty()) return;
  Json report;
  for (std::size_t i = 0; i < file_.lines().size(); ++i) {
    const std::string where = fmt::format("{}:{}", path.string(), i + 1);
    const Json line = parse_json(file_.lines()[i], where);
    if (i == 0) {
      require(line.is_object() && line.contains("identity") && line.contains("report"),
              "{}: this is no state of a run", where);
      identity_ = line["identity"];
      report = line["report"];
      continue;
    }
    add_rows(report, line, "models", {"name"});
    add_rows(report, line, "results", {"model", "task"});
    elapsed_s_ = line.value("elapsed_s", elapsed_s_);
    finished_ = line.value("finished", false);  // what failed may have been tried again since
  }
  report_ = report_from_json(report, path.string());
}

void RunState::begin(const Json& identity, const Report& report) {
  file_.clear();
  identity_ = identity;
  report_ = report;
  elapsed_s_ = 0;
  finished_ = false;
  file_.append(text_of({{"identity", identity}, {"report", to_json(report)}}));
}

void RunState::add(const Report& part, double elapsed_s) {
  const Json json = to_json(part);
  file_.append(text_of({{"models", json["models"]}, {"results", json["results"]}, {"elapsed_s", elapsed_s}}));
}

void RunState::finish() {
  file_.append(R"({"finished":true})");
  finished_ = true;
}

std::optional<RunBeginning> read_beginning(const fs::path& state) {
  if (!fs::is_regular_file(state)) return std::nullopt;
  const std::string text = read_file(state);
  const std::size_t end = text.find('\n');
  if (end == std::string::npos) return std::nullopt;
  const Json first =
      Json::parse(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
  const Json::json_pointer place("/report/context/command");
  if (!first.contains("identity") || !first.contains(place)) return std::nullopt;
  const Json& command = first.at(place);
  const auto is_text = [](const Json& word) { return word.is_string(); };
  if (!command.is_array() || !std::all_of(command.begin(), command.end(), is_text)) return std::nullopt;
  RunBeginning beginning;
  beginning.command = resumable_command(command.get<std::vector<std::string>>());
  beginning.finished = text.ends_with("{\"finished\":true}\n");
  return beginning;
}

std::optional<std::string> first_difference(const Json& was, const Json& is) {
  if (was == is) return std::nullopt;
  if (was.is_object() && is.is_object()) {
    for (const auto& [key, value] : is.items()) {
      if (!was.contains(key)) return fmt::format("{} was not there", key);
      if (const auto below = first_difference(was[key], value))
        return key + (below->starts_with("was ") ? " " : ".") + *below;
    }
    for (const auto& [key, value] : was.items())
      if (!is.contains(key)) return fmt::format("{} is gone", key);
  }
  return fmt::format("was {}, is {}", shown(was), shown(is));
}

}  // namespace iiet
