// A run as a library: prepared before any work, watched, stopped, published.

#include "harness/base/error.hpp"
#include "tests/run/recorder.hpp"

namespace iiet::test {

namespace fs = std::filesystem;

TEST_CASE("a run answers every task of every model and publishes once") {
  RunPlace place;
  Recorder recorder;
  RunOptions options = place.options();
  options.models = "transformer,iiet:iterations=1";
  options.log_samples = true;
  Run run(options, recorder);
  CHECK(recorder.works.empty());
  CHECK(!fs::exists(place.report));
  run.execute();
  CHECK(recorder.works == std::vector<std::string>{"transformer on copa", "transformer on wikitext",
                                                   "iiet:iterations=1 on copa",
                                                   "iiet:iterations=1 on wikitext"});
  CHECK(recorder.done == recorder.in_all);
  CHECK(recorder.failures.empty());
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
  RunPlace place;
  Recorder recorder;
  const auto refused = [&](auto change, const std::string& why) {
    RunOptions options = place.options();
    change(options);
    CHECK_THROWS_WITH(Run(options, recorder), Catch::Contains(why));
  };
  refused([](RunOptions& o) { o.models = "transformer,transformer"; }, "named twice");
  refused([](RunOptions& o) { o.models = "transformr"; }, "did you mean 'transformer'");
  refused([](RunOptions& o) { o.tasks = "coppa"; }, "did you mean 'copa'");
  refused([](RunOptions& o) { o.length_penalty = 2; }, "--length-penalty");
  refused([](RunOptions& o) { o.model.dtype = "float31"; }, "float31");
  refused([](RunOptions& o) { o.model.batch_tokens = "0"; }, "--batch-tokens");
  refused([](RunOptions& o) { o.output = "/proc/r.json"; }, "/proc");
  CHECK(recorder.works.empty());
  CHECK(fs::is_empty(place.folder.path()));
}

TEST_CASE("sample documents are noted unless they are meant") {
  RunPlace place;
  Recorder recorder;
  RunOptions options = place.options();
  options.confirm_sample_data = false;
  const Run run(options, recorder);
  REQUIRE(recorder.notes.size() == 1);
  CHECK_THAT(recorder.notes[0], Catch::Contains("copa, wikitext"));
}

TEST_CASE("a task or a model that fails does so alone") {
  RunPlace place;
  Recorder recorder;
  RunOptions options = place.options();
  const fs::path bad = place.folder.path() / "bad";
  fs::copy(project_root() / "models" / "checkpoints" / "iiet", bad);
  write_file_atomically(bad / "model.safetensors", "");
  options.models = bad.string() + ",transformer";
  options.model.max_length = 2;  // too short for an answer of copa
  Run run(options, recorder);
  run.execute();
  CHECK(run.has_failures());
  REQUIRE(run.report().results.size() == 4);
  CHECK(run.report().results[0].error == run.report().results[1].error);
  CHECK_THAT(run.report().results[2].error, Catch::Contains("task copa, document 0"));
  CHECK(run.report().results[3].error.empty());
  CHECK(recorder.failures.size() == 2);

  options.models = bad.string();
  options.output = (place.out / "alone.json").string();
  Run alone(options, recorder);
  CHECK_THROWS_AS(alone.execute(), Error);
}

TEST_CASE("a run writes down what happened, samples as tasks end") {
  RunPlace place;
  Recorder recorder;
  RunOptions options = place.options();
  options.log_samples = true;
  options.confirm_sample_data = false;
  options.model.max_length = 2;
  Run run(options, recorder);
  run.execute();
  // Before the run is published.
  auto files = place.files();
  std::erase_if(files, [](const std::string& name) { return name.starts_with("r/answers.sqlite"); });
  CHECK(files ==
        std::vector<std::string>{"r/log.txt", "r/samples_transformer_wikitext.jsonl", "r/state.jsonl"});
  const std::string log = read_file(place.out / "r" / "log.txt");
  for (const char* part : {"Z iiet-eval ", "--models transformer", "Z note: no data for copa, wikitext",
                           "Z failed: transformer on copa: task copa", "Z transformer on wikitext: begins",
                           "Z transformer on wikitext: done in "}) {
    INFO(part);
    CHECK(log.find(part) != std::string::npos);
  }
}

TEST_CASE("large data sets are read again, and must not have changed") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "piqa" / "validation.jsonl";
  const Json document = {{"goal", std::string(1000, 'x')}, {"sol1", "a"}, {"sol2", "b"}, {"label", 0}};
  std::string lines;
  for (int i = 0; i < 17000; ++i) lines += document.dump() + "\n";
  write_file_atomically(file, lines);
  const RunDocuments documents("piqa,copa", {.folder = folder.path(), .limit = 2});
  REQUIRE(documents.tasks().size() == 2);
  CHECK(documents.tasks()[0].documents == 2);
  CHECK(documents.tasks()[0].data.documents_in_split == 17000);
  CHECK(documents.tasks()[0].data.samples.empty());
  CHECK(documents.read(0)->samples.size() == 2);
  CHECK(documents.read(0) != documents.read(0));
  CHECK(documents.read(1) == documents.read(1));
  write_file_atomically(file, lines + document.dump() + "\n");
  CHECK_THROWS_WITH(documents.read(0), Catch::Contains("the file has changed since the run began"));
}

}  // namespace iiet::test
