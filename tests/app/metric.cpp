// `iiet-eval metric` against what the reference programs printed.

#include <array>
#include <cmath>
#include <sstream>

#include <fmt/ranges.h>

#include "harness/base/files.hpp"
#include "harness/base/json.hpp"
#include "tests/app/small_model.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

/// A folder in which golden paths (`shared/…`) lead to the reference data.
struct GoldenFolder {
  TemporaryFolder folder;
  GoldenFolder() { fs::create_symlink(shared_folder(), path() / "shared"); }
  const fs::path& path() const { return folder.path(); }
  void write(const std::string& name, const std::string& content) const {
    write_file_atomically(path() / name, content);
  }
};

Json golden(const std::string& name) { return read_json(shared_folder() / "golden/metrics" / name); }

std::string last_line(const std::string& text) {
  std::string last;
  for (const std::string_view line : lines_of(text)) last = line;
  return last;
}

std::vector<Json> json_lines(const std::string& text) {
  std::vector<Json> lines;
  for (const std::string_view line : lines_of(text)) lines.push_back(Json::parse(line));
  return lines;
}

void check_sacrebleu(const Json& one) {
  INFO(one["argv"] << " " << one.value("env", Json::object()) << " " << one.value("stdin", ""));
  const GoldenFolder folder;
  const Json files = one.value("files", Json::object()), variables = one.value("env", Json::object());
  for (const auto& [name, content] : files.items()) folder.write(name, content.get<std::string>());
  std::vector<std::string> arguments{"metric"}, environment;
  for (const Json& word : one["argv"]) arguments.push_back(word);
  for (const auto& [name, value] : variables.items())
    environment.push_back(name + "=" + value.get<std::string>());
  const Run run = run_program_in(folder.path(), arguments, one.value("stdin", ""), environment);
  CHECK(run.exit_code == one["exit"].get<int>());
  if (one.contains("stdout")) CHECK(run.out == one["stdout"].get<std::string>());
  if (one.contains("stdout_sha256")) CHECK(sha256(run.out) == one["stdout_sha256"].get<std::string>());
  REQUIRE((one.contains("stdout") || one.contains("stdout_sha256")));
  if (one.contains("stderr_last_line"))
    CHECK(last_line(run.err) == one["stderr_last_line"].get<std::string>());
  else
    CHECK(run.err.empty());
}

Run long_form(const GoldenFolder& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "metric");
  return run_program_in(folder.path(), arguments);
}

/// Pairs as JSON lines `{"prediction", "targets"}`.
std::string pairs_of(const Json& cases, const char* hypothesis, const char* references) {
  std::string lines;
  for (const Json& one : cases)
    lines += Json({{"prediction", one[hypothesis]}, {"targets", one[references]}}).dump() + "\n";
  return lines;
}

/// The flags of a golden configuration, which is named by sacreBLEU's API.
std::vector<std::string> flags_of(const std::string& metric, const Json& options) {
  std::vector<std::string> flags;
  for (const auto& [key, value] : options.items()) {
    std::string flag = key;
    std::replace(flag.begin(), flag.end(), '_', '-');
    if (metric != "bleu") flag = metric + "-" + flag;
    flag = "--" + flag;
    if (key == "effective_order") {
      flags.insert(flags.end(), {flag, value.get<bool>() ? "yes" : "no"});
    } else if (value.is_boolean()) {
      if (value.get<bool>()) flags.push_back(flag);
    } else if (!value.is_null()) {
      flags.insert(flags.end(), {flag, value.is_string() ? value.get<std::string>() : value.dump()});
    }
  }
  return flags;
}

/// The summaries of a golden set as JSON lines, at most `documents` of them; all references or the first one.
std::string summaries_of(const std::string& set, const std::string& system, std::size_t documents,
                         bool first_only) {
  std::string lines;
  std::size_t count = 0;
  for (const Json& row :
       json_lines(read_file(shared_folder() / "golden/metrics/texts" / ("summaries." + set + ".jsonl")))) {
    if (count++ == documents) break;
    Json targets = row["references"];
    if (first_only) targets = Json::array({targets[0]});
    lines += Json({{"prediction", row[system]}, {"targets", targets}}).dump() + "\n";
  }
  return lines;
}

/// Of `-c 95 -r 1000 -n 2 -a -m`: the long form's flags.
std::vector<std::string> rouge155_flags(const std::string& options, const std::string& format) {
  std::vector<std::string> flags{"--input-format", format == "SPL" ? "spl" : "see"};
  std::istringstream words(options);
  for (std::string flag, value; words >> flag;) {
    if (flag == "-m") flags.push_back("--use-stemmer");
    if (flag == "-m" || flag == "-a") continue;
    words >> value;
    if (flag == "-c") flags.insert(flags.end(), {"--confidence-level", "0." + value});
    if (flag == "-r") flags.insert(flags.end(), {"--confidence-n", value});
    if (flag == "-n") flags.insert(flags.end(), {"--max-ngram-order", value});
    if (flag == "-f") flags.insert(flags.end(), {"--multi-reference", value == "B" ? "best" : "average"});
  }
  return flags;
}

bool close(const Json& value, const Json& golden) {
  return std::abs(value.get<double>() - golden.get<double>()) <=
         1e-12 * std::max(1.0, std::abs(golden.get<double>()));
}

bool same_score(const Json& score, const Json& golden) {
  return score["precision"] == golden[0] && score["recall"] == golden[1] && score["fmeasure"] == golden[2];
}

}  // namespace

TEST_CASE("metric prints what the sacrebleu program prints and exits as it does") {
  REQUIRE_SHARED("golden/metrics/cli.json");
  const Json cases = golden("cli.json")["cases"];
  REQUIRE(!cases.empty());
  for (const Json& one : cases) check_sacrebleu(one);
}

TEST_CASE("metric's long form scores awkward pairs as sacreBLEU does") {
  REQUIRE_SHARED("golden/metrics/edge_pairs.json");
  const Json pairs = golden("edge_pairs.json");
  const GoldenFolder folder;
  folder.write("pairs", pairs_of(pairs["cases"], "hypothesis", "references"));
  for (const auto& [name, configuration] : pairs["configurations"].items()) {
    INFO(name);
    const std::string metric = configuration["metric"];
    std::vector<std::string> arguments{metric, "--hypotheses", "pairs", "--sentence-level", "--json"};
    if (metric == "bleu" && !configuration["options"].contains("effective_order"))
      arguments.insert(arguments.end(), {"--effective-order", "no"});
    for (const std::string& flag : flags_of(metric, configuration["options"])) arguments.push_back(flag);
    const Run run = long_form(folder, arguments);
    REQUIRE(run.exit_code == 0);
    const auto lines = json_lines(run.out);
    REQUIRE(lines.size() == pairs["cases"].size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      INFO(pairs["cases"][i]);
      const Json& expected = pairs["cases"][i][name];
      CHECK(lines[i][metric] == (expected.is_array() ? expected[0] : expected));
    }
  }
}

TEST_CASE("metric's long form scores whole files: all references, absent ones null, the whole double") {
  REQUIRE_SHARED("golden/metrics/edge_pairs.json");
  const Json pairs = golden("edge_pairs.json");
  const GoldenFolder folder;
  std::string all, first;
  for (const Json& one : pairs["cases"]) {
    const Json& targets = one["references"];
    all += Json({{"prediction", one["hypothesis"]}, {"targets", targets}}).dump() + "\n";
    first += Json({{"prediction", one["hypothesis"]}, {"target", targets[0]}}).dump() + "\n";
  }
  folder.write("all", all);
  folder.write("first", first);
  for (const Json& corpus : pairs["as_one_corpus"]) {
    INFO(corpus["references"] << " " << corpus["configuration"]);
    const bool first_only = corpus["references"] == "first reference only";
    std::vector<std::string> arguments{
        corpus["metric"], "--json", "--width", "25", "--hypotheses", first_only ? "first" : "all"};
    for (const std::string& flag : flags_of(corpus["metric"], corpus["options"])) arguments.push_back(flag);
    const Run run = long_form(folder, arguments);
    REQUIRE(run.exit_code == 0);
    const Json result = Json::parse(run.out);
    CHECK(result["score"] == corpus["score"]);
    CHECK(result["signature"] == corpus["signature"]);
  }
}

TEST_CASE("metric gives rouge_score's scores, means and limits") {
  REQUIRE_SHARED("golden/metrics/rouge.json");
  const Json rouge = golden("rouge.json");
  const GoldenFolder folder;
  folder.write("pairs", pairs_of(rouge["edge"], "prediction", "targets"));
  const std::vector<std::string> names{"rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum"};
  for (const bool stem : {false, true}) {
    std::vector<std::string> arguments{fmt::format("{}", fmt::join(names, ",")), "--hypotheses", "pairs",
                                       "--sentence-level", "--json"};
    if (stem) arguments.push_back("--use-stemmer");
    const Run run = long_form(folder, arguments);
    REQUIRE(run.exit_code == 0);
    const auto lines = json_lines(run.out);
    REQUIRE(lines.size() == rouge["edge"].size());
    for (std::size_t i = 0; i < lines.size(); ++i)
      for (const std::string& name : names) {
        INFO(rouge["edge"][i] << name);
        CHECK(same_score(lines[i][name], rouge["edge"][i][stem ? "stem" : "plain"][name]));
      }
  }
}

TEST_CASE("metric resamples ROUGE as rouge_score's seeded aggregator does") {
  REQUIRE_SHARED("golden/metrics/rouge.json");
  const GoldenFolder folder;
  std::size_t compared = 0;
  const Json rouge = golden("rouge.json");
  for (const Json& one : rouge["aggregates"]) {
    if (!one.contains("system")) continue;
    INFO(one["set"] << one["system"] << one["references"] << one["seed"] << one["documents"]);
    folder.write("summaries", summaries_of(one["set"], one["system"], one["documents"].get<std::size_t>(),
                                           one["references"] == "first reference"));
    const auto names =
        one.value("types", std::vector<std::string>{"rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum"});
    std::vector<std::string> arguments{fmt::format("{}", fmt::join(names, ",")),
                                       "--hypotheses",
                                       "summaries",
                                       "--json",
                                       "--confidence",
                                       "--seed",
                                       one["seed"].dump(),
                                       "--confidence-n",
                                       std::to_string(one.value("n_samples", 1000)),
                                       "--confidence-level",
                                       fmt::format("{}", one.value("confidence", 0.95))};
    if (one["stem"]) arguments.push_back("--use-stemmer");
    const Run run = long_form(folder, arguments);
    REQUIRE(run.exit_code == 0);
    for (const Json& result : Json::parse(run.out)) {
      const std::string name = result["name"];
      const auto documents = one["documents"].get<double>();
      for (std::size_t i = 0; i < 3; ++i) {
        const char* part = std::array{"precision", "recall", "fmeasure"}[i];
        if (one.contains("sequential_sum"))
          CHECK(result[part] == one["sequential_sum"][name][i].get<double>() / documents);
        const Json& limits = one["low_mid_high"][name];
        for (std::size_t l = 0; l < 3; ++l)
          CHECK(close(result[std::array{"low", "mid", "high"}[l]][part], limits[l][i]));
      }
      ++compared;
    }
  }
  CHECK(compared > 0);
}

TEST_CASE("metric prints what multi-bleu.perl and fairseq-score print") {
  REQUIRE_SHARED("golden/metrics/tokenised_bleu.json");
  const GoldenFolder folder;
  const Json tokenised = golden("tokenised_bleu.json");
  REQUIRE(!tokenised["cases"].empty());
  for (const Json& one : tokenised["cases"]) {
    INFO(one["hypotheses"] << " " << one["references"]);
    std::vector<std::string> base{"tokenised-bleu", "--hypotheses", one["hypotheses"], "--references"};
    for (const Json& path : one["references"]) base.push_back(path);
    const auto line = [&](std::vector<std::string> more) {
      more.insert(more.begin(), base.begin(), base.end());
      return long_form(folder, more);
    };
    CHECK(line({}).out == one["multi_bleu"]["stdout"].get<std::string>());
    CHECK(line({}).exit_code == one["multi_bleu"]["exit"].get<int>());
    CHECK(line({"--lowercase"}).out == one["multi_bleu_lc"]["stdout"].get<std::string>());
    CHECK(line({"--compound-split"}).out == one["multi_bleu_compound"]["stdout"].get<std::string>());
    CHECK(line({"--style", "multi-bleu-detok"}).out == one["multi_bleu_detok"]["stdout"].get<std::string>());
    if (!one.contains("fairseq")) continue;
    CHECK(line({"--style", "fairseq", "--max-ngram-order", "2"}).out ==
          one["fairseq"]["lines"][1].get<std::string>() + "\n");
    CHECK(line({"--style", "fairseq", "--compound-split"}).out ==
          one["fairseq_compound"]["lines"][3].get<std::string>() + "\n");
  }
}

TEST_CASE("metric gives the averages of ROUGE-1.5.5") {
  REQUIRE_SHARED("golden/metrics/rouge155.json");
  const Json rouge = golden("rouge155.json");
  const GoldenFolder folder;
  Json cases = rouge["cases"];
  for (const Json& one : rouge["edge"]) cases.push_back(one);
  for (const Json& one : cases) {
    INFO(one.value("set", "edge") << " " << one["options"] << " " << one["format"]);
    folder.write("pairs", one.contains("set") ? summaries_of(one["set"], one["system"],
                                                             one["documents"].get<std::size_t>(), false)
                                              : pairs_of(rouge["edge_pairs"], "prediction", "targets"));
    std::vector<std::string> arguments{"rouge155", "--json", "--hypotheses", "pairs"};
    for (const std::string& flag : rouge155_flags(one["options"], one["format"])) arguments.push_back(flag);
    const Run run = long_form(folder, arguments);
    REQUIRE(run.exit_code == 0);
    const Json results = Json::parse(run.out);
    REQUIRE(results.size() == one["average"].size());
    for (const Json& result : results) {
      const Json& expected = one["average"][result["name"].get<std::string>()];
      CHECK(result["recall"] == expected["R"]);
      CHECK(result["precision"] == expected["P"]);
      CHECK(result["fmeasure"] == expected["F"]);
    }
  }
}

}  // namespace iiet::test
