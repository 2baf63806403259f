// The layers of the house: who may include whom. What is not listed here is not allowed.

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "harness/base/files.hpp"

namespace fs = std::filesystem;
using namespace iiet;

namespace {

using Layers = std::set<std::string>;

const std::map<std::string, Layers> kMayInclude{
    {"harness/base", {"harness/base"}},
    {"harness/text/tokenizer", {"harness/base", "harness/text/tokenizer"}},
    // SentencePiece models also cut the words of a metric.
    {"harness/text/translation", {"harness/base", "harness/text/tokenizer", "harness/text/translation"}},
    {"harness/text/rouge", {"harness/base", "harness/text/rouge"}},
    {"harness/metric", {"harness/base", "harness/text/translation", "harness/text/rouge", "harness/metric"}},
    {"models", {"harness/base", "models"}},
    {"harness/eval", {"harness/base", "harness/text/tokenizer", "harness/metric", "models", "harness/eval"}},
    {"harness/train", {"harness/base", "harness/text/tokenizer", "models", "harness/train"}},
    {"harness/report", {"harness/base", "harness/metric", "harness/report"}},
    {"tasks", {"harness/base", "harness/eval", "tasks"}},
    {"harness/run", {"harness/base", "models", "harness/eval", "harness/report", "harness/run"}},
    {"harness/bench",
     {"harness/base", "harness/text/tokenizer", "harness/text/translation", "harness/text/rouge",
      "harness/metric", "models", "harness/eval", "harness/train", "harness/bench"}},
    {"harness/app",
     {"harness/base", "harness/text/tokenizer", "harness/text/translation", "harness/text/rouge",
      "harness/metric", "models", "harness/eval", "harness/train", "harness/report", "harness/run", "tasks",
      "harness/app"}},
};

// Outside of these, LibTorch's seconds of compilation and start-up are not paid.
const std::regex kMayUseTorch{
    "models/(?!(config|scheme|location)\\.|variants/).*|harness/(train|bench)/.*|harness/eval/executor\\..*|"
    "harness/run/(model_options|rows)\\.cpp|harness/app/engine_main\\.cpp|harness/app/"
    "model_flags\\..*|harness/app/commands/"
    "(eval|score|generate|init|train|distill|influence|bench)"
    "\\.cpp"};

const std::regex kTorchHeader{"(torch|ATen|c10|caffe2)/.*"};

struct Include {
  std::string path;
  bool quoted = false;
};

std::vector<Include> includes_of(const std::string& source) {
  static const std::regex directive{R"re((^|\n)[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">])re"};
  std::vector<Include> found;
  for (std::sregex_iterator match(source.begin(), source.end(), directive), end; match != end; ++match)
    found.push_back({(*match)[3], (*match)[2] == "\""});
  return found;
}

// The layer a path of the repository belongs to; empty if to none.
std::string layer_of(const std::string& path) {
  for (const auto& [layer, allowed] : kMayInclude)
    if (path.starts_with(layer + "/")) return layer;
  return "";
}

// One line for each include that the layers do not allow.
std::vector<std::string> forbidden_includes(const std::string& path, const std::string& source) {
  std::vector<std::string> lines;
  const Layers& allowed = kMayInclude.at(layer_of(path));
  for (const Include& include : includes_of(source)) {
    const std::string arrow = path + " -> " + include.path;
    if (include.quoted && !allowed.contains(layer_of(include.path))) lines.push_back(arrow);
    if (!include.quoted && std::regex_match(include.path, kTorchHeader) &&
        !std::regex_match(path, kMayUseTorch))
      lines.push_back(arrow + " (torch)");
  }
  return lines;
}

bool is_code(const fs::path& path) {
  const Layers suffixes{".cpp", ".hpp", ".h", ".cu", ".cuh"};
  return suffixes.contains(path.extension().string());
}

// Path from the root -> content, of all code of the program.
std::map<std::string, std::string> all_sources() {
  std::map<std::string, std::string> sources;
  for (const char* top : {"harness", "models", "tasks"})
    for (const auto& entry : fs::recursive_directory_iterator(project_root() / top))
      if (entry.is_regular_file() && is_code(entry.path()))
        sources[entry.path().lexically_relative(project_root()).generic_string()] = read_file(entry.path());
  return sources;
}

}  // namespace

TEST_CASE("no include points upwards or sideways") {
  const auto sources = all_sources();
  REQUIRE(sources.size() > 50);
  for (const auto& [path, source] : sources) {
    INFO(path);
    REQUIRE(layer_of(path) != "");
    CHECK(forbidden_includes(path, source) == std::vector<std::string>{});
  }
}

TEST_CASE("headers of ours are included by their path from the root") {
  const auto sources = all_sources();
  for (const auto& [path, source] : sources)
    for (const Include& include : includes_of(source))
      if (include.quoted) {
        INFO(path << " -> " << include.path);
        CHECK(sources.contains(include.path));
      }
}

// The first include is then compiled with nothing before it; headers without a source file of their name are
// compiled alone by the target `headers_alone`.
TEST_CASE("a source file includes the header of its name first") {
  const auto sources = all_sources();
  for (const auto& [path, source] : sources) {
    const std::string header = fs::path(path).replace_extension(".hpp").generic_string();
    if (!path.ends_with(".cpp") || !sources.contains(header)) continue;
    const auto includes = includes_of(source);
    INFO(path);
    REQUIRE(!includes.empty());
    CHECK(includes.front().path == header);
  }
}

TEST_CASE("forbidden includes are found") {
  CHECK(forbidden_includes("harness/base/a.cpp", "#include <vector>\n#include \"harness/base/b.hpp\"\n")
            .empty());
  CHECK(forbidden_includes("harness/eval/executor.cpp", "#include <ATen/ATen.h>\n").empty());
  using Lines = std::vector<std::string>;
  CHECK(forbidden_includes("harness/base/a.cpp", "// x\n  # include \"models/config.hpp\"\n") ==
        Lines{"harness/base/a.cpp -> models/config.hpp"});
  CHECK(forbidden_includes("harness/report/a.cpp", "#include \"harness/eval/task.hpp\"") ==
        Lines{"harness/report/a.cpp -> harness/eval/task.hpp"});
  CHECK(forbidden_includes("tasks/a.cpp", "#include \"b.hpp\"") == Lines{"tasks/a.cpp -> b.hpp"});
  CHECK(forbidden_includes("models/config.hpp", "#include <c10/util/Exception.h>") ==
        Lines{"models/config.hpp -> c10/util/Exception.h (torch)"});
  CHECK(forbidden_includes("tasks/a.cpp", "#include <torch/torch.h>") ==
        Lines{"tasks/a.cpp -> torch/torch.h (torch)"});
}
