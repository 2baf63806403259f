// Where the program writes: places that cannot be written are found before the work, nothing is left
// half-written.

#include <csignal>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

struct Place {
  TemporaryFolder folder;
  fs::path model = folder.path() / "m", out = folder.path() / "out";
  Place() {
    write_model(model);
    fs::create_directory(out);
  }
  /// Weights that nobody can load: whoever complains of something else has not tried to.
  void spoil_model() const { write_file_atomically(model / "model.safetensors", ""); }
  std::vector<std::string> eval(const std::string& output, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"--models", model.string(), "--tasks", "copa,piqa", "--confirm-sample-data",
                               "--bootstrap-iters", "10", "--output", output});
    return more;
  }
};

}  // namespace

TEST_CASE("an output that cannot be written is found before the work") {
  const Place place;
  place.spoil_model();
  write_file_atomically(place.out / "file", "kept");
  const std::string below_file = (place.out / "file" / "x" / "r.json").string();
  fs::create_directory(place.out / "folder");
  for (const std::string& output : {below_file, (place.out / "file").string(), std::string("/proc/r.json")}) {
    INFO(output);
    check_refused(run_program(place.eval(output)), 2, {output.substr(0, output.find('/', 1))});
  }
  for (const char* command : {"score", "generate"}) {
    check_refused(run_program({command, "--model", place.model.string(), "--output", below_file}), 2,
                  {"file"});
    check_refused(run_program({command, "--model", place.model.string(), "--output", "/proc/a"}), 2,
                  {"/proc/a"});
    check_refused(run_program({command, "--model", place.model.string(), "--output", place.out.string()}), 2,
                  {"it is a folder"});
  }
  check_refused(run_program({"show", "copa", "--requests", below_file}), 2, {"file"});
  write_file_atomically(place.folder.path() / "config.json", small_config().dump());
  check_refused(run_program({"init", (place.folder.path() / "config.json").string(), "--output", below_file}),
                2, {"file"});
  CHECK(files_below(place.out) == std::vector<std::string>{"file"});
  CHECK(read_file(place.out / "file") == "kept");
}

TEST_CASE("a samples file that cannot be written is found before the work") {
  const Place place;
  place.spoil_model();
  fs::create_directories(place.out / "r" / "samples_m_piqa.jsonl");
  check_refused(run_program(place.eval((place.out / "r.json").string(), {"--log-samples"})), 2,
                {"samples_m_piqa.jsonl", "it is a folder"});
  CHECK(files_below(place.out).empty());
}

TEST_CASE("init does not overwrite a model") {
  const Place place;
  check_refused(
      run_program({"init", (place.model / "config.json").string(), "--output", place.model.string()}), 2,
      {"there is a model already"});
}

TEST_CASE("a full disk behind standard output is an error") {
  const Place place;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"list"}, {"--help"}, {"--version"}, {"eval", "--help"}, {"show", "copa"}}) {
    INFO(arguments.front());
    check_refused(run_program_into("/dev/full", arguments), 1, {"standard output"});
  }
  const std::string line = R"({"text": "a"})"
                           "\n";
  check_refused(run_program_into("/dev/full", {"score", "--model", place.model.string()}, line), 1,
                {"standard output"});
  check_refused(run_program_into("/dev/full", {"generate", "--model", place.model.string()}, "a\n"), 1,
                {"standard output"});
}

TEST_CASE("a table that cannot be printed does not cost the report") {
  const Place place;
  const Run run = run_program_into("/dev/full", place.eval((place.out / "r.json").string()));
  check_refused(run, 1, {"standard output"});
  CHECK(files_below(place.out) == std::vector<std::string>{"r.json", "r/log.txt", "r/state.jsonl"});
  CHECK(read_json(place.out / "r.json")["results"].size() == 2);
}

TEST_CASE("a disk that is full leaves no part of a report") {
  const Place place;
  auto arguments = place.eval((place.out / "r.json").string());
  arguments[3] = "zero-shot";  // a report of more than 8 kB
  for (const bool with_samples : {false, true}) {
    if (with_samples) arguments.push_back("--log-samples");
    const Run run = run_program_with_small_files(8, arguments);
    INFO(run.err);
    CHECK(run.exit_code == 1);
    CHECK(run.err.starts_with("iiet-eval: "));
    CHECK(run.err.find("writing failed") != std::string::npos);
    CHECK(run.out.find("average accuracy") != std::string::npos);  // the table is still shown
    for (const std::string& name : files_below(place.out)) {
      INFO(name);
      CHECK(name.starts_with("r/"));
      const std::string content = read_file(place.out / name);
      CHECK((content.empty() || content.ends_with(name == "r/log.txt" ? "\n" : "}\n")));
    }
    fs::remove_all(place.out / "r");
  }
}

TEST_CASE("Ctrl-C: exit code 130, no part of a file stays") {
  const Place place;
  const fs::path data = place.folder.path() / "data" / "piqa" / "validation.jsonl";
  write_file_atomically(data, piqa_documents(30000));  // work for many seconds
  const auto arguments =
      place.eval((place.out / "r.json").string(), {"--log-samples", "--threads", "1", "--batch-tokens", "256",
                                                   "--data", (place.folder.path() / "data").string()});
  check_refused(interrupt_program(arguments, SIGINT, 0), 130, {"interrupted"});
  CHECK(files_below(place.out).empty());  // it had not begun
  const Run run = interrupt_program(arguments, SIGINT, 700);
  CHECK(run.exit_code == 130);
  CHECK(run.err.find("interrupted") != std::string::npos);
  for (const std::string& name : files_below(place.out)) {
    INFO(name);
    CHECK(name.find(".tmp-") == std::string::npos);
    CHECK(!name.ends_with("samples_m_piqa.jsonl"));
  }
}

TEST_CASE("Ctrl-C while generating: answers so far are whole lines, in order") {
  const Place place;
  std::string lines;
  for (int i = 0; i < 3000; ++i) lines += Json{{"prompt", "prompt " + std::to_string(i)}}.dump() + "\n";
  write_file_atomically(place.folder.path() / "in.txt", lines);
  const std::vector<std::string> arguments{"generate",
                                           "--model",
                                           place.model.string(),
                                           "--input",
                                           (place.folder.path() / "in.txt").string(),
                                           "--max-new-tokens",
                                           "200",
                                           "--json",
                                           "--batch",
                                           "2"};
  const Run run = interrupt_program(arguments, SIGINT, 400);
  CHECK(run.exit_code == 130);
  CHECK(run.err.find("interrupted") != std::string::npos);
  for (const std::string_view line : lines_of(run.out)) CHECK(Json::parse(line).contains("text"));
}

TEST_CASE("SIGTERM while scoring leaves the old answers") {
  const Place place;
  std::string lines;
  for (int i = 0; i < 20000; ++i)
    lines += Json{{"text", std::to_string(i * 7919) + " is the text of a line"}}.dump() + "\n";
  write_file_atomically(place.folder.path() / "in.jsonl", lines);
  write_file_atomically(place.out / "answers.jsonl", "old");
  const Run run = interrupt_program(
      {"score", "--model", place.model.string(), "--input", (place.folder.path() / "in.jsonl").string(),
       "--output", (place.out / "answers.jsonl").string(), "--threads", "1", "--batch-tokens", "64"},
      SIGTERM, 200);
  check_refused(run, 130, {"interrupted"});
  CHECK(files_below(place.out) == std::vector<std::string>{"answers.jsonl"});
  CHECK((read_file(place.out / "answers.jsonl") == "old"));  // thousands of lines are not shown
}

}  // namespace iiet::test
