// A run as a library: prepared before any work, watched, stopped, published.

#include "harness/run/run.hpp"

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

struct Recorder : RunObserver {
  std::vector<std::string> notes, failures, works;
  std::int64_t done = 0, in_all = 0;
  bool working = false;
  int answers_left = -1;  // until it asks to stop; -1: never

  void note(const std::string& line) override { notes.push_back(line); }
  void failed(const std::string& line) override { failures.push_back(line); }
  void work_began(const std::string& title) override {
    CHECK(!working);
    working = true;
    done = 0;
    works.push_back(title);
  }
  void work_went_on(std::int64_t now, std::int64_t all) override {
    CHECK(working);
    CHECK(now >= done);
    CHECK(now <= all);
    done = now;
    in_all = all;
    if (answers_left > 0) --answers_left;
  }
  void work_ended() override {
    CHECK(working);
    working = false;
  }
  bool stop_requested() const override { return answers_left == 0; }
};

/// Shipped models on sample documents, into a folder that goes away.
struct Place {
  TemporaryFolder folder;
  fs::path report = folder.path() / "out" / "r.json";
  Recorder recorder;
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
    return options;
  }
};

}  // namespace

TEST_CASE("a run answers every task of every model and publishes once") {
  Place place;
  RunOptions options = place.options();
  options.models = "transformer,iiet:iterations=1";
  options.log_samples = true;
  Run run(options, place.recorder);
  CHECK(place.recorder.works.empty());
  CHECK(!fs::exists(place.report));
  run.execute();
  CHECK(place.recorder.works == std::vector<std::string>{"transformer on copa", "transformer on wikitext",
                                                         "iiet:iterations=1 on copa",
                                                         "iiet:iterations=1 on wikitext"});
  CHECK(place.recorder.done == place.recorder.in_all);
  CHECK(place.recorder.failures.empty());
  CHECK(!run.has_failures());
  CHECK(run.publish() == std::vector<fs::path>{place.report});
  const Json report = read_json(place.report);
  CHECK(report == to_json(run.report()));
  REQUIRE(report["results"].size() == 4);
  CHECK(report["results"][3]["model"] == "iiet:iterations=1");
  CHECK(report["results"][3]["metrics"]["word_perplexity"]["n"] == 3);
  CHECK(report["models"][1]["iterations"].dump().find('2') == std::string::npos);
  CHECK(report["tasks"][0]["limit"] == 3);
}

TEST_CASE("a run is refused before any work") {
  Place place;
  const auto refused = [&](auto change, const std::string& why) {
    RunOptions options = place.options();
    change(options);
    CHECK_THROWS_WITH(Run(options, place.recorder), Catch::Contains(why));
  };
  refused([](RunOptions& o) { o.models = "transformer,transformer"; }, "named twice");
  refused([](RunOptions& o) { o.models = "transformr"; }, "did you mean 'transformer'");
  refused([](RunOptions& o) { o.tasks = "coppa"; }, "did you mean 'copa'");
  refused([](RunOptions& o) { o.length_penalty = 2; }, "--length-penalty");
  refused([](RunOptions& o) { o.model.dtype = "float31"; }, "float31");
  refused([](RunOptions& o) { o.model.batch_tokens = "0"; }, "--batch-tokens");
  refused([](RunOptions& o) { o.output = "/proc/r.json"; }, "/proc");
  CHECK(place.recorder.works.empty());
  CHECK(fs::is_empty(place.folder.path()));
}

TEST_CASE("sample documents are noted unless they are meant") {
  Place place;
  RunOptions options = place.options();
  options.confirm_sample_data = false;
  const Run run(options, place.recorder);
  REQUIRE(place.recorder.notes.size() == 1);
  CHECK_THAT(place.recorder.notes[0], Catch::Contains("copa, wikitext"));
}

TEST_CASE("a task or a model that fails does so alone") {
  Place place;
  RunOptions options = place.options();
  const fs::path bad = place.folder.path() / "bad";
  fs::copy(project_root() / "models" / "checkpoints" / "iiet", bad);
  write_file_atomically(bad / "model.safetensors", "");
  options.models = bad.string() + ",transformer";
  options.model.max_length = 2;  // too short for an answer of copa
  Run run(options, place.recorder);
  run.execute();
  CHECK(run.has_failures());
  REQUIRE(run.report().results.size() == 4);
  CHECK(run.report().results[0].error == run.report().results[1].error);
  CHECK_THAT(run.report().results[2].error, Catch::Contains("task copa, document 0"));
  CHECK(run.report().results[3].error.empty());
  CHECK(place.recorder.failures.size() == 2);

  options.models = bad.string();
  Run alone(options, place.recorder);
  CHECK_THROWS_AS(alone.execute(), Error);
}

TEST_CASE("a run stops between forward passes when it is asked to") {
  Place place;
  RunOptions options = place.options();
  options.model.batch_tokens = "16";
  place.recorder.answers_left = 2;
  Run run(options, place.recorder);
  CHECK_THROWS_AS(run.execute(), Interrupted);
  CHECK(!place.recorder.working);
  CHECK(place.recorder.works.size() == 1);
  CHECK(!fs::exists(place.report));
}

}  // namespace iiet::test
