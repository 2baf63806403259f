// Runs that are killed or interrupted and taken up: nothing is lost, nothing is done twice, and the end is
// that of an uninterrupted run.

#include <algorithm>
#include <csignal>
#include <iostream>
#include <map>
#include <random>
#include <thread>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// Two models on choices, texts and answers; the same command in every folder.
std::vector<std::string> command(const fs::path& models) {
  return {"--models",          (models / "a").string() + "," + (models / "b").string(),
          "--tasks",           "copa,wikitext,gsm8k,piqa",
          "--limit",           "5",
          "--threads",         "1",
          "--output",          "r.json",
          "--log-samples",     "--confirm-sample-data",
          "--batch-tokens",    "128",
          "--max-new-tokens",  "4",
          "--bootstrap-iters", "100"};
}

std::vector<std::string> resumed(std::vector<std::string> arguments) {
  arguments.push_back("--resume");
  return arguments;
}

struct Models {
  TemporaryFolder folder;
  Models() {
    write_model(folder.path() / "a");
    Json config = small_config();
    config["rope_theta"] = 500;
    write_model(folder.path() / "b", config, safetensors(small_weights()));
  }
};

/// A report without what is measured and without its own times.
Json unmeasured(Json report) {
  for (const char* key : {"started", "duration_s"}) report["context"].erase(key);
  for (Json& task : report["tasks"]) task.erase("read_s");
  for (Json& result : report["results"])
    for (const char* key :
         {"wall_s", "tokens_per_s", "requests_per_s", "pass_latency_ms", "peak_memory_bytes"})
      result["throughput"].erase(key);
  return report;
}

/// All that a run leaves, by name: the report without what is measured, the samples.
std::map<std::string, std::string> outcome(const fs::path& place) {
  std::map<std::string, std::string> files;
  for (const std::string& name : files_below(place))
    if (name == "r.json")
      files[name] = unmeasured(read_json(place / name)).dump(1);
    else if (name != "r/log.txt" && name != "r/state.jsonl")
      files[name] = read_file(place / name);
  return files;
}

/// How long an uninterrupted run works before and after its files begin.
struct Durations {
  double start_ms = 0, work_ms = 0;
};

/// An uninterrupted run: what it leaves.
std::map<std::string, std::string> uninterrupted(const fs::path& models, const fs::path& place,
                                                 Durations* durations = nullptr) {
  fs::create_directories(place);
  Durations measured;
  auto start = Clock::now();
  Program program(command(models), place);
  while (!program.has_ended() && !fs::exists(place / "r" / "log.txt"))
    std::this_thread::sleep_for(milliseconds(1));
  measured.start_ms = ms_since(start);
  start = Clock::now();
  const Run run = program.wait();
  measured.work_ms = ms_since(start);
  if (durations) *durations = measured;
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  const auto files = outcome(place);
  REQUIRE(files.size() == 9);  // the report, and two models on four tasks
  return files;
}

std::string text_of(const fs::path& path) { return fs::exists(path) ? read_file(path) : ""; }

bool is_finished(const fs::path& place) {
  return text_of(place / "r" / "state.jsonl").ends_with("{\"finished\":true}\n");
}

/// Kills of one run after the other, each taken up until it is done.
class Killer {
 public:
  Killer(fs::path models, fs::path folder, Durations durations, unsigned seed)
      : models_(std::move(models)), folder_(std::move(folder)), durations_(durations), random_(seed) {}

  /// Until `kills` processes were killed.
  void work(int kills) {
    for (int run = 0; this->kills() < kills && run < 3 * kills; ++run) {
      const fs::path place = folder_ / std::to_string(run);
      fs::create_directories(place);
      int in_this_run = 0;
      while (in_this_run < 3 && this->kills() < kills && kill_once(place)) ++in_this_run;
      if (in_this_run == 0 && this->kills() < kills) continue;  // it was done before it was killed
      const Run last = run_program_in(place, resumed(command(models_)));
      if (last.exit_code != 0) errors.push_back(last.err);
      outcomes.push_back(outcome(place));
    }
  }

  int kills() const { return before + during + after; }
  int before = 0, during = 0, after = 0;  // kills by where the process stood
  std::vector<std::map<std::string, std::string>> outcomes;
  std::vector<std::string> errors;

 private:
  double random_ms(double most) { return std::uniform_real_distribution<double>(0, most)(random_); }

  /// Whether the process was killed before it ended.
  bool kill_once(const fs::path& place) {
    const fs::path log = place / "r" / "log.txt";
    const std::string log_before = text_of(log);
    const int kind = kills() % 6;
    Program program(resumed(command(models_)), place);
    const auto wait_until = [&](auto condition) {
      while (!program.has_ended() && !condition()) std::this_thread::sleep_for(milliseconds(1));
    };
    double ms = 0;
    if (kind == 0) {
      ms = random_ms(durations_.start_ms);
    } else if (kind == 5) {
      wait_until([&] { return is_finished(place); });
    } else {
      wait_until([&] { return text_of(log) != log_before; });
      ms = random_ms(0.6 * durations_.work_ms);  // the rest is the end of the process
    }
    std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(ms));
    if (program.has_ended()) return false;
    program.send(SIGKILL);
    if (program.wait().exit_code != 128 + SIGKILL) return false;
    ++(is_finished(place) ? after : text_of(log) == log_before ? before : during);
    return true;
  }

  fs::path models_, folder_;
  Durations durations_;
  std::mt19937 random_;
};

}  // namespace

TEST_CASE("a run killed at any moment ends as an uninterrupted one") {
  const Models models;
  const TemporaryFolder folder;
  Durations durations;
  const auto expected = uninterrupted(models.folder.path(), folder.path() / "whole", &durations);
  Killer first(models.folder.path(), folder.path() / "first", durations, 1),
      second(models.folder.path(), folder.path() / "second", durations, 2);
  std::thread other([&] { second.work(15); });
  first.work(15);
  other.join();
  std::cout << "killed before the work: " << first.before + second.before
            << ", during it: " << first.during + second.during << ", after it: " << first.after + second.after
            << "\n";
  CHECK(first.kills() + second.kills() == 30);
  CHECK(first.during + second.during >= 5);
  for (const Killer* killer : {&first, &second}) {
    CHECK(killer->errors == std::vector<std::string>{});
    CHECK(!killer->outcomes.empty());
    for (const auto& files : killer->outcomes) CHECK(files == expected);
  }
}

TEST_CASE("Ctrl-C writes what is finished, marked incomplete, the run is taken up") {
  const Models models;
  const TemporaryFolder folder;
  const auto expected = uninterrupted(models.folder.path(), folder.path() / "whole");
  const fs::path place = folder.path() / "stopped";
  fs::create_directories(place);
  Program program(command(models.folder.path()), place);
  const auto results = [&] {
    const std::string state = text_of(place / "r" / "state.jsonl");
    return std::count(state.begin(), state.end(), '\n') - 2;  // the run and the model
  };
  while (!program.has_ended() && results() < 1) std::this_thread::sleep_for(milliseconds(1));
  program.send(SIGINT);
  const Run stopped = program.wait();
  INFO(stopped.out << stopped.err);
  CHECK(stopped.exit_code == 130);
  CHECK(stopped.out.find("incomplete: the run was interrupted") != std::string::npos);
  CHECK(stopped.err.find("--resume") != std::string::npos);
  const Json report = read_json(place / "r.json");
  CHECK(report["incomplete"] == true);
  CHECK(report["results"].size() >= 1);
  CHECK(report["results"].size() + report["missing"].size() == 8);
  const Run table = run_program_in(place, {"table", "r.json"});
  CHECK(table.exit_code == 0);
  CHECK(table.out.find("r.json is incomplete: ") != std::string::npos);
  const Run compared = run_program_in(place, {"compare", "../whole/r.json", "r.json", "--no-speed"});
  CHECK(compared.exit_code == 3);
  CHECK(compared.out.find("r.json is incomplete: ") != std::string::npos);

  const Run again = run_program_in(place, command(models.folder.path()));
  check_refused(again, 2, {"r.json", "unfinished run", "--resume"});
  const Run rest = run_program_in(place, resumed(command(models.folder.path())));
  INFO(rest.err);
  CHECK(rest.exit_code == 0);
  CHECK(rest.out.find("incomplete") == std::string::npos);
  CHECK(outcome(place) == expected);
  for (const std::string_view line : lines_of(read_file(place / "r" / "log.txt"))) {
    INFO(line);
    CHECK(line.size() > 22);
    CHECK(line.substr(10, 1) == "T");
    CHECK(line.substr(19, 2) == "Z ");
  }
}

TEST_CASE("a finished run taken up says so and changes nothing") {
  const Models models;
  const TemporaryFolder folder;
  uninterrupted(models.folder.path(), folder.path());
  std::map<std::string, std::string> before;
  for (const std::string& name : files_below(folder.path())) before[name] = read_file(folder.path() / name);
  const Run run = run_program_in(folder.path(), resumed(command(models.folder.path())));
  CHECK(run.exit_code == 0);
  CHECK(run.err.find("finished already") != std::string::npos);
  CHECK(run.out.find("wikitext") != std::string::npos);
  for (const auto& [name, content] : before) {
    INFO(name);
    CHECK(read_file(folder.path() / name) == content);
  }
  CHECK(files_below(folder.path()).size() == before.size());
}

TEST_CASE("runs into one folder get names of their own") {
  const Models models;
  const TemporaryFolder folder;
  auto arguments = command(models.folder.path());
  arguments[3] = "copa";
  std::replace(arguments.begin(), arguments.end(), std::string("r.json"), std::string("runs"));
  {
    Program one(arguments, folder.path()), two(arguments, folder.path()), three(arguments, folder.path());
    for (Program* program : {&one, &two, &three}) CHECK(program->wait().exit_code == 0);
  }
  std::size_t reports = 0, samples = 0;
  for (const std::string& name : files_below(folder.path())) {
    reports += name.ends_with(".json") ? 1 : 0;
    samples += name.find("/samples_") != std::string::npos ? 1 : 0;
  }
  CHECK(reports == 3);
  CHECK(samples == 6);
  const Run run = run_program_in(folder.path(), resumed(arguments));
  CHECK(run.exit_code == 0);
  CHECK(run.err.find("finished already") != std::string::npos);
}

}  // namespace iiet::test
