#include <map>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/base/line_reader.hpp"
#include "harness/eval/import_rows.hpp"

namespace iiet {
namespace {

namespace fs = std::filesystem;

/// The lines of a text file; throws InputError naming the line that is not valid UTF-8.
std::vector<std::string> text_lines(const fs::path& path) {
  LineReader reader(path.string(), {.ends = LineEnds::line_feed_or_crlf});
  std::vector<std::string> lines;
  while (const auto line = reader.next()) lines.emplace_back(*line);
  require(!lines.empty(), "{}: the file holds no line", path.string());
  return lines;
}

Json translation(const std::string& first, const std::string& first_text, const std::string& second,
                 const std::string& second_text) {
  return {{"translation", {{first, first_text}, {second, second_text}}}};
}

}  // namespace

RowReader parallel_text(const std::string& first, const std::string& second) {
  return [=](const std::vector<fs::path>& sources) {
    const std::size_t parts = sources.size() / 2;
    std::vector<Json> rows;
    for (std::size_t part = 0; part < parts; ++part) {
      const fs::path &first_path = sources[part], &second_path = sources[parts + part];
      const auto first_lines = text_lines(first_path), second_lines = text_lines(second_path);
      require(first_lines.size() == second_lines.size(), "{}: as many lines as {} expected ({}), found {}",
              second_path.string(), first_path.string(), first_lines.size(), second_lines.size());
      for (std::size_t i = 0; i < first_lines.size(); ++i)
        rows.push_back(translation(first, first_lines[i], second, second_lines[i]));
    }
    return rows;
  };
}

RowReader referenced_text(const std::string& source, const std::string& target) {
  return [=](const std::vector<fs::path>& sources) {
    const std::string path = sources[0].string();
    std::vector<std::pair<std::string, std::string>> texts;  // number of the sentence, its text
    std::map<std::string, std::string> references;
    std::size_t number = 0;
    for (const std::string& line : text_lines(sources[0])) {
      ++number;
      const std::size_t dash = line.find('-'), tab = line.find('\t');
      require(dash != std::string::npos && tab != std::string::npos && dash < tab,
              "{}:{}: a line `ID-number<tab>text` expected", path, number);
      const std::string kind = line.substr(0, dash), id = line.substr(dash + 1, tab - dash - 1);
      if (kind == "S") texts.emplace_back(id, line.substr(tab + 1));
      if (kind == "T") references[id] = line.substr(tab + 1);
    }
    require(!texts.empty(), "{}: the file holds no source sentence (S-…)", path);
    std::vector<Json> rows;
    for (const auto& [id, text] : texts) {
      const auto reference = references.find(id);
      require(reference != references.end(), "{}: sentence S-{} has no reference T-{}", path, id, id);
      rows.push_back(translation(source, text, target, reference->second));
    }
    return rows;
  };
}

}  // namespace iiet
