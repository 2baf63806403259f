#include <algorithm>
#include <array>
#include <memory>

#include "harness/app/command.hpp"
#include "harness/base/error.hpp"
#include "harness/eval/task.hpp"
#include "harness/metric/metric.hpp"
#include "models/config.hpp"
#include "models/location.hpp"
#include "models/scheme.hpp"

namespace iiet {
namespace {

namespace fs = std::filesystem;

struct Line {
  std::string name, about;
};

std::string in_megabytes(const fs::path& folder) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".safetensors") bytes += entry.file_size();
  return fmt::format("{:.1f} MB of weights", static_cast<double>(bytes) / 1e6);
}

std::vector<Line> models() {
  std::vector<Line> lines;
  for (const std::string& name : known_models()) {
    const fs::path folder = locate_model(name).folder;
    try {
      const ModelConfig config = load_model_config(folder);
      lines.push_back({name, fmt::format("{}, {} layers of width {}, {}{}", variant_of(config).name,
                                         config.num_hidden_layers, config.hidden_size, in_megabytes(folder),
                                         config.untrained ? ", untrained" : "")});
    } catch (const InputError& error) {
      // One folder that cannot be used must not hide the others; its line says why.
      lines.push_back({name, fmt::format("not usable: {}", error.what())});
    }
  }
  return lines;
}

std::vector<Line> tasks() {
  std::vector<Line> lines;
  for (const Task& task : Registry<Task>::all())
    lines.push_back({task.name, fmt::format("{} ({})", task.about, fmt::join(task.metrics, ", "))});
  return lines;
}

std::vector<Line> groups() {
  std::vector<Line> lines;
  for (const TaskGroup& group : Registry<TaskGroup>::all())
    lines.push_back({group.name, fmt::format("{}: {}", group.about, fmt::join(group.tasks, ", "))});
  return lines;
}

template <typename Entries>
std::vector<Line> names_and_abouts(const Entries& entries) {
  std::vector<Line> lines;
  for (const auto& entry : entries) lines.push_back({entry.name, entry.about});
  return lines;
}

std::vector<Line> metrics() { return names_and_abouts(Registry<Metric>::all()); }
std::vector<Line> steps() { return names_and_abouts(scheme_kinds()); }
std::vector<Line> variants() { return names_and_abouts(Registry<Variant>::all()); }

struct Section {
  std::string name;
  std::vector<Line> (*lines)();
};
const std::array<Section, 6> kSections{{{"models", models},
                                        {"tasks", tasks},
                                        {"groups", groups},
                                        {"metrics", metrics},
                                        {"steps", steps},
                                        {"variants", variants}}};

std::string table(const std::vector<Line>& lines, const std::string& indent) {
  std::size_t width = 0;
  for (const Line& line : lines) width = std::max(width, line.name.size());
  std::string text;
  for (const Line& line : lines) text += fmt::format("{}{:<{}}  {}\n", indent, line.name, width, line.about);
  return text;
}

int list(const std::string& wanted) {
  std::string text;
  std::vector<std::string> known;
  for (const Section& section : kSections) {
    known.push_back(section.name);
    if (wanted == section.name) {
      print(table(section.lines(), ""));
      return kDone;
    }
    if (wanted.empty()) text += section.name + "\n" + table(section.lines(), "  ") + "\n";
  }
  if (!wanted.empty()) throw InputError(unknown_name("kind of thing to list", wanted, known));
  print(text);
  return kDone;
}

std::function<int()> configure(CLI::App& parser) {
  const auto wanted = std::make_shared<std::string>();
  parser.add_option("what", *wanted,
                    "models, tasks, groups, metrics, steps or variants; everything if left out");
  return [wanted] { return list(*wanted); };
}

}  // namespace

const Command kListCommand{"list", "what is there: models, tasks, groups, metrics, steps, variants",
                           configure};

}  // namespace iiet
