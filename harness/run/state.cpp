#include "harness/run/state.hpp"

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
    for (const char* list : {"models", "results"})
      for (const Json& row : line.value(list, Json::array())) report[list].push_back(row);
    elapsed_s_ = line.value("elapsed_s", elapsed_s_);
    finished_ = finished_ || line.value("finished", false);
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
  const Json first = parse_json(std::string_view(text).substr(0, end), state.string() + ":1");
  RunBeginning beginning;
  if (!first.is_object() || !first.contains("report")) return std::nullopt;
  beginning.command =
      resumable_command(first["report"]["context"]["command"].get<std::vector<std::string>>());
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
