#pragma once

#include <catch2/catch.hpp>

#include "harness/base/files.hpp"
#include "harness/run/run.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {

/// Writes down what a run tells, and may stop it.
struct Recorder : RunObserver {
  std::vector<std::string> notes, failures, works;
  std::vector<std::int64_t> first_done;  // what was done already when a work began
  std::int64_t done = 0, in_all = 0;
  bool working = false;
  std::size_t stops_in = 0;  // asks to stop once so many works began and the last has answers; 0: never
  bool stops = false;

  void note(const std::string& line) override { notes.push_back(line); }
  void failed(const std::string& line) override { failures.push_back(line); }
  void work_began(const std::string& title) override {
    CHECK(!working);
    working = true;
    done = -1;
    works.push_back(title);
  }
  void work_went_on(std::int64_t now, std::int64_t all) override {
    CHECK(working);
    CHECK(now >= done);
    CHECK(now <= all);
    if (done < 0) first_done.push_back(now);
    done = now;
    in_all = all;
  }
  void work_ended() override {
    CHECK(working);
    working = false;
  }
  bool stop_requested() const override {
    return stops || (stops_in > 0 && works.size() == stops_in && done > 0);
  }
};

/// Shipped models on sample documents, into a folder that goes away.
struct RunPlace {
  TemporaryFolder folder;
  std::filesystem::path out = folder.path() / "out", report = out / "r.json";
  RunOptions options() const {
    RunOptions options;
    options.models = "transformer";
    options.tasks = "copa,wikitext";
    options.data = folder.path().string();  // nothing in it: sample documents
    options.output = report.string();
    options.limit = 3;
    options.bootstrap_iterations = 10;
    options.confirm_sample_data = true;
    options.model.threads = 1;
    options.command = {"iiet-eval", "--models", "transformer"};
    return options;
  }
  /// Names of files below `out`.
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    if (!std::filesystem::exists(out)) return names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(out))
      if (entry.is_regular_file()) names.push_back(entry.path().lexically_relative(out).generic_string());
    std::sort(names.begin(), names.end());
    return names;
  }
};

}  // namespace iiet::test
