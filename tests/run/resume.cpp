// Runs that are taken up: what is done stays done, another run is refused by name.

#include <fstream>

#include "harness/base/error.hpp"
#include "tests/run/recorder.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

/// A run that was stopped in its second task, of two models; the models and the data lie in the place.
struct Stopped : RunPlace {
  fs::path model = folder.path() / "m", data = folder.path() / "data";
  Stopped() {
    fs::copy(project_root() / "models" / "checkpoints" / "iiet", model);
    fs::create_directories(data / "copa");
    fs::copy(project_root() / "tasks" / "samples" / "copa.jsonl", data / "copa" / "validation.jsonl");
    Recorder recorder;
    Run run(options(), recorder);
    recorder.stops_in = 2;
    run.execute();
    REQUIRE(recorder.works.size() == 2);
    REQUIRE(run.report().results.size() == 1);
    REQUIRE(run.report().missing.size() == 3);
    run.publish();
  }
  RunOptions options() const {
    RunOptions options = RunPlace::options();
    options.models = model.string() + ",transformer";
    options.data = data.string();
    options.model.batch_tokens = "200";
    return options;
  }
  RunOptions resumed() const {
    RunOptions again = options();
    again.resume = "";
    return again;
  }
  std::string refusal(const RunOptions& options) const {
    Recorder recorder;
    try {
      const Run run(options, recorder);
    } catch (const InputError& error) {
      CHECK(recorder.works.empty());
      return error.what();
    }
    return "";
  }
};

}  // namespace

TEST_CASE("a stopped run tells what is missing and is taken up") {
  const Stopped place;
  const Json before = read_json(place.report);
  CHECK(before["incomplete"] == true);
  CHECK(before["missing"][0] == Json{{"model", "m"}, {"task", "wikitext"}});
  Recorder recorder;
  Run run(place.resumed(), recorder);
  CHECK_THAT(recorder.notes.at(0), Catch::Contains("1 of 4 results are there"));
  run.execute();
  CHECK(recorder.works == Strings{"m on wikitext", "transformer on copa", "transformer on wikitext"});
  CHECK(run.report().missing.empty());
  run.publish();
  const Json after = read_json(place.report);
  CHECK(!after.contains("incomplete"));
  CHECK(!after.contains("missing"));
  CHECK(after["results"].size() == 4);
  CHECK(after["results"][0] == before["results"][0]);
  CHECK(after["context"]["started"] == before["context"]["started"]);
  CHECK(after["context"]["duration_s"] > before["context"]["duration_s"]);
  CHECK(place.files() == Strings{"r.json", "r/log.txt", "r/state.jsonl"});

  Recorder nothing;
  Run finished(place.resumed(), nothing);
  CHECK(finished.was_finished());
  Json again = to_json(finished.report()), expected = after;
  for (Json* report : {&again, &expected}) (*report)["context"].erase("duration_s");
  CHECK(again == expected);
}

TEST_CASE("another run than the first start is refused by name") {
  const Stopped place;
  const auto refused = [&](auto change, const std::string& why) {
    RunOptions options = place.resumed();
    change(options);
    const std::string message = place.refusal(options);
    CHECK_THAT(message, Catch::StartsWith(place.report.string() + ": this run cannot be taken up: "));
    CHECK_THAT(message, Catch::Contains(why));
  };
  refused([](RunOptions& o) { o.models = "transformer"; }, R"(model_names was ["m","transformer"], is ["tr)");
  refused([](RunOptions& o) { o.tasks = "copa"; }, R"(task_names was ["copa","wikitext"], is ["copa"])");
  refused([](RunOptions& o) { o.limit = 2; }, "tasks.copa.documents was 3, is 2");
  refused([](RunOptions& o) { o.num_fewshot = 1; }, "tasks.copa.num_fewshot was 0, is 1");
  refused([](RunOptions& o) { o.seed = 7; }, "context.seed was 1234, is 7");
  refused([](RunOptions& o) { o.bootstrap_iterations = 11; }, "context.bootstrap_iters was 10, is 11");
  refused([](RunOptions& o) { o.model.dtype = "float64"; }, "context.dtype");
  refused([](RunOptions& o) { o.model.threads = 2; }, "context.threads was 1, is 2");
  refused([](RunOptions& o) { o.model.batch_tokens = "auto"; }, "options.batch_tokens was \"200\"");
  refused([](RunOptions& o) { o.model.max_length = 100; }, "options.max_length");
  refused([](RunOptions& o) { o.model.adds_bos = false; }, "options.adds_bos was null, is false");
  refused([](RunOptions& o) { o.generation.max_new_tokens = 3; }, "context.generation.max_new_tokens");
  refused([](RunOptions& o) { o.log_samples = true; }, "options.log_samples was false, is true");
  refused([](RunOptions& o) { o.format = "lm-eval"; }, "options.format");
}

TEST_CASE("other data and other weights than at the first start are refused by name") {
  const Stopped place;
  std::ofstream(place.data / "copa" / "validation.jsonl", std::ios::app) << " ";
  CHECK_THAT(place.refusal(place.resumed()), Catch::Contains("tasks.copa.data.sha256 was \""));
  const Stopped other;
  std::string weights = read_file(other.model / "model.safetensors");
  weights.back() = static_cast<char>(weights.back() ^ 1);
  write_file_atomically(other.model / "model.safetensors", weights);
  CHECK_THAT(other.refusal(other.resumed()), Catch::Contains("model m: weights_sha256 was "));
}

TEST_CASE("another configuration of model or tokenizer than at the first start is refused by name") {
  const Stopped place;
  const std::string config = read_file(place.model / "config.json");
  Json changed = read_json(place.model / "config.json");
  changed["rms_norm_eps"] = 0.25;
  write_file_atomically(place.model / "config.json", changed.dump());
  CHECK_THAT(place.refusal(place.resumed()), Catch::Contains("model m: config.rms_norm_eps was "));
  write_file_atomically(place.model / "config.json", config);
  write_file_atomically(place.model / "tokenizer_config.json", R"({"add_bos_token": false})");
  CHECK_THAT(place.refusal(place.resumed()), Catch::Contains("model m: tokenizer_sha256 was "));
}

TEST_CASE("what failed is tried again, and the report is in order") {
  const RunPlace place;
  RunOptions options = place.options();
  const fs::path model = place.folder.path() / "m";
  fs::copy(project_root() / "models" / "checkpoints" / "iiet", model);
  const std::string weights = read_file(model / "model.safetensors");
  write_file_atomically(model / "model.safetensors", "");
  options.models = model.string() + ",transformer";
  for (const bool is_mended : {false, true}) {
    Recorder recorder;
    Run run(options, recorder);
    CHECK(!run.was_finished());
    run.execute();
    CHECK(run.has_failures() != is_mended);
    run.publish();
    CHECK(place.files() == Strings{"r.json", "r/log.txt", "r/state.jsonl"});
    CHECK(recorder.works.size() == 2);
    CHECK(run.report().models.size() == 2);
    CHECK(run.report().models[0].name == "m");
    CHECK(run.report().results[0].model == "m");
    write_file_atomically(model / "model.safetensors", weights);
    options.resume = "";
  }
  const Json report = read_json(place.report);
  fs::remove(place.report);
  Recorder recorder;
  Run run(options, recorder);
  CHECK(run.was_finished());
  run.publish();
  CHECK(read_json(place.report)["results"] == report["results"]);
}

TEST_CASE("a data folder's name may be any bytes") {
  const RunPlace place;
  RunOptions options = place.options();
  options.data = (place.folder.path() / "d\xFF").string();
  fs::create_directories(fs::path(options.data) / "copa");
  fs::copy(project_root() / "tasks" / "samples" / "copa.jsonl",
           fs::path(options.data) / "copa" / "validation.jsonl");
  Recorder recorder;
  recorder.stops_in = 1;
  for (int start = 0; start < 2; ++start) {
    Run run(options, recorder);
    run.execute();
    run.publish();
    recorder.stops_in = 0;
    options.resume = "";
  }
  CHECK(read_json(place.report)["results"].size() == 2);
}

TEST_CASE("another program than at the first start is refused by name") {
  const Stopped place;
  const fs::path state = place.out / "r" / "state.jsonl";
  std::string text = read_file(state);
  const std::string dirty = R"("dirty":)";
  const std::size_t at = text.find(dirty) + dirty.size();
  const bool was = text.substr(at, 4) == "true";
  text.replace(at, was ? 4 : 5, was ? "false" : "true");
  write_file_atomically(state, text);
  CHECK_THAT(place.refusal(place.resumed()), Catch::Contains("context.dirty was "));
}

TEST_CASE("an unfinished run is not overwritten, a finished one is") {
  const Stopped place;
  CHECK_THAT(place.refusal(place.options()), Catch::Contains("an unfinished run of this name lies there"));
  {
    Recorder recorder;
    Run run(place.resumed(), recorder);
    CHECK_THAT(place.refusal(place.resumed()), Catch::Contains("another process is at work there"));
    run.execute();
    run.publish();
  }
  Recorder recorder;
  Run run(place.options(), recorder);
  run.execute();
  CHECK(recorder.works.size() == 4);
}

TEST_CASE("a run that has done nothing leaves nothing") {
  RunPlace place;
  Recorder recorder;
  recorder.stops = true;
  {
    Run run(place.options(), recorder);
    CHECK(place.files() == Strings{"r/log.txt", "r/state.jsonl"});
    CHECK_THROWS_AS(run.execute(), Interrupted);
  }
  CHECK(place.files().empty());
  CHECK(!fs::exists(place.out / "r"));
}

TEST_CASE("a run that is named must be there, one of the same command need not") {
  const RunPlace place;
  RunOptions options = place.options();
  options.resume = (place.folder.path() / "x.json").string();
  Recorder recorder;
  CHECK_THROWS_WITH(Run(options, recorder), Catch::Contains("x.json: no run of this name was begun"));
  options.resume = "";
  Run run(options, recorder);
  run.execute();
  CHECK(run.report().results.size() == 2);
}

TEST_CASE("files of a killed process and half lines are cleared away") {
  const Stopped place;
  std::ofstream(place.out / "r" / "state.jsonl", std::ios::app) << R"({"models":[],"resu)";
  std::ofstream(place.out / "r" / "samples_m_copa.jsonl.tmp-abcdef") << "half";
  std::ofstream(place.out / "r.json.tmp-abcdef") << "half";
  const Strings kept = {"r/my.tmp-abcdef", "r2.json.tmp-abcdef", "r_old.tmp-notes"};
  for (const std::string& name : kept) std::ofstream(place.out / name) << "another's";
  Recorder recorder;
  Run run(place.resumed(), recorder);
  run.execute();
  run.publish();
  CHECK(run.report().results.size() == 4);
  for (const std::string& name : kept) CHECK(fs::remove(place.out / name));
  CHECK(place.files() == Strings{"r.json", "r/log.txt", "r/state.jsonl"});
}

TEST_CASE("runs in one folder are told apart by their command") {
  const RunPlace place;
  fs::path first;
  for (const char* word : {"one", "two", "two"}) {
    RunOptions options = place.options();
    options.output = place.out.string();
    options.command = {"iiet-eval", word};
    Recorder recorder;
    Run run(options, recorder);
    recorder.stops_in = 1;
    run.execute();
    run.publish();
    CHECK(run.path() != first);
    if (first.empty()) first = run.path();
  }
  for (const char* line :
       {R"({"report":{}})", R"({"identity":1,"report":{"context":{"command":[1]}}})", "{", "[1]"})
    write_file_atomically(place.out / fmt::format("9{}", std::string(line).size()) / "state.jsonl",
                          std::string(line) + "\n");
  RunOptions options = place.options();
  options.output = place.out.string();
  options.command = {"iiet-eval", "one", "--resume"};
  options.resume = "";
  Recorder recorder;
  CHECK(Run(options, recorder).path() == first);
  options.command = {"iiet-eval", "three", "--resume"};
  CHECK(Run(options, recorder).path() != first);
}

TEST_CASE("the command of a run is that without --resume") {
  CHECK(resumable_command({"e", "--resume", "--limit", "3"}) == Strings{"e", "--limit", "3"});
  CHECK(resumable_command({"e", "--resume", "r.json", "--limit", "3"}) == Strings{"e", "--limit", "3"});
  CHECK(resumable_command({"e", "--resume=r.json", "x"}) == Strings{"e", "x"});
  CHECK(resumable_command({"e", "--resume"}) == Strings{"e"});
}

}  // namespace iiet::test
