// Arguments and files that `iiet-eval metric` refuses, and those that only look wrong.

#include <sys/resource.h>
#include <zlib.h>

#include "harness/base/files.hpp"
#include "harness/base/json.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

struct Files {
  TemporaryFolder folder;
  Files() {
    write("ref", "a b c d\nx y z\n");
    write("hyp", "a b c d\nx y y\n");
    write("hyp2", "a b c d\nx y z\n");
    write("three", "a\nb\nc\n");
    write("bad", "a b c d\nx \xff z\n");
    write("empty", "");
  }
  void write(const std::string& name, const std::string& content) const {
    write_file_atomically(folder.path() / name, content);
  }
  Run operator()(std::vector<std::string> arguments, const std::string& input = "",
                 const std::vector<std::string>& environment = {}) const {
    arguments.insert(arguments.begin(), "metric");
    return run_program_in(folder.path(), arguments, input, environment);
  }
};

const std::string kLine =
    "BLEU|nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0 = 82.2 85.7/80.0/66.7/100.0 (BP = 1.000 "
    "ratio = 1.000 hyp_len = 7 ref_len = 7)\n";

/// The largest resident memory that any process started by this one ever had.
long largest_child_kb() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  return usage.ru_maxrss;
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("metric reads flags as argparse does") {
  const Files metric;
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"ref", "-i", "hyp", "-f", "text"},
           {"ref", "-i", "hyp", "-ftext"},
           {"ref", "--input", "hyp", "--format=text"},
           {"ref", "--inp", "hyp", "--form", "text"},
           {"-i", "hyp", "-f", "text", "ref"},
           {"-w1", "ref", "-i", "hyp", "-f=text"},
           {"-f", "text", "-i", "hyp", "--", "ref"},
           {"ref", "-i", "hyp", "-m", "bleu", "bleu", "-f", "text", "-tok", "13a", "--smooth_method", "exp"}})
    CHECK(metric(arguments).out == kLine);
  CHECK(metric({"ref", "-i", "hyp", "-bw2"}).out == "82.23\n");
  // A negative number is a value, no flag: it gets as far as BLEU, which has no use for it.
  check_refused(metric({"ref", "-i", "hyp", "-s", "add-k", "-sv", "-0.5"}), 1, {"-0.5", "0 or more"});
  CHECK(metric({"--help"}).out.find("--paired-bs") != std::string::npos);
  CHECK(metric({"--version"}).out == "sacrebleu 2.6.0\n");
}

TEST_CASE("metric refuses flags that do not fit, as usage errors") {
  const Files metric;
  const auto refused = [&](const std::vector<std::string>& arguments, const std::vector<std::string>& parts) {
    check_refused(metric(arguments), 2, parts);
  };
  refused({"ref", "-i", "hyp", "--fo", "text"}, {"'--fo'", "--force", "--format"});
  refused({"ref", "-i", "hyp", "--widht", "1"}, {"'--widht'", "did you mean '--width'?"});
  refused({"ref", "-i", "hyp", "-w", "x"}, {"-w", "a whole number", "'x'"});
  refused({"ref", "-i", "hyp", "-w"}, {"-w", "expected a value"});
  refused({"ref", "-i", "hyp", "-m", "blue"}, {"-m", "bleu, chrf, ter", "'blue'"});
  refused({"ref", "-i", "hyp", "--short=3"}, {"--short", "takes no value"});
  refused({"ref", "-i", "hyp", "--paired-bs", "--paired-ar"}, {"exclude each other"});
  refused({"ref", "-w", "2", "ref", "-i", "hyp"}, {"'ref'", "one place"});
  refused({"ref", "-i", "hyp", "-t", "wmt14"}, {"-t", "test sets"});
  refused({"--echo", "src"}, {"--echo", "test sets"});
  refused({"--download", "wmt14"}, {"--download", "test sets"});
  refused({"ref", "-i", "hyp", "-e", "latin-1"}, {"utf-8", "'latin-1'"});
}

TEST_CASE("metric refuses what sacreBLEU fails at, with its exit code") {
  const Files metric;
  const auto refused = [&](const std::vector<std::string>& arguments, const std::vector<std::string>& parts) {
    check_refused(metric(arguments), 1, parts);
  };
  refused({"-i", "hyp"}, {"no reference"});
  refused({"ref", "-i", "nowhere"}, {"nowhere", "No such file"});
  refused({"nowhere", "-i", "hyp"}, {"nowhere", "No such file"});
  refused({".", "-i", "hyp"}, {"a folder"});
  refused({"ref", "-i", "hyp", "hyp"}, {"hyp", "twice"});
  refused({"ref", "-i", "hyp", "-sl", "-m", "bleu", "ter"}, {"--sentence-level", "one metric"});
  refused({"ref", "-i", "hyp", "hyp2", "-sl"}, {"--sentence-level", "one system"});
  refused({"ref", "-i", "hyp", "-sl", "-ci"}, {"--sentence-level"});
  refused({"ref", "-i", "hyp", "--paired-bs"}, {"several systems"});
  refused({"ref", "-i", "hyp", "hyp2", "-ci"}, {"--confidence", "--paired-bs"});
  refused({"ref", "ref", "-nr", "2", "-i", "hyp"}, {"--num-refs", "one file"});
  refused({"ref", "-i", "hyp", "-tok", "ja-mecab"}, {"ja-mecab"});
  refused({"ref", "-i", "hyp", "-l", "de-ko"}, {"ko-mecab"});
  refused({"ref", "-i", "hyp", "-tok", "spm"}, {"spm"});
  refused({"ref", "-i", "hyp", "-l", "german"}, {"--language-pair", "'german'"});
  refused({"ref", "-i", "hyp", "-l", "german", "-m", "chrf"}, {"--language-pair", "'german'"});
  refused({"ref", "-i", "hyp", "-w", "-1"}, {"--width", "-1"});
  refused({"ref", "-i", ""}, {"No such file"});
  check_refused(metric({"ref", "-i", "hyp", "-ci"}, "", {"SACREBLEU_SEED=x"}), 1, {"SACREBLEU_SEED", "'x'"});
}

TEST_CASE("metric names both numbers of lines where they differ") {
  const Files metric;
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"ref", "-i", "three"}, {"ref", "-i", "three", "-sl"}, {"ref", "-i", "three", "-m", "chrf"}}) {
    const Run run = metric(arguments);
    CHECK(run.exit_code == 1);
    CHECK(run.out.empty());
    CHECK(run.err.find("ref: 2 lines, three: 3 lines") != std::string::npos);
    CHECK(run.err.ends_with("sacreBLEU: System and reference streams have different lengths.\n"));
  }
  const Run input = metric({"ref"}, "a\n");
  CHECK(input.exit_code == 1);
  CHECK(input.err.find("ref: 2 lines, standard input: 1 lines") != std::string::npos);
  check_refused(metric({"bleu", "--hypotheses", "three", "--references", "ref"}), 2,
                {"ref: 2 lines", "three: 3 lines"});
  check_refused(metric({"rouge1", "--hypotheses", "three", "--references", "ref"}), 2,
                {"ref: 2 lines", "three: 3 lines"});
}

TEST_CASE("metric names file and line of bytes that are no UTF-8, and replaces them only when asked") {
  const Files metric;
  check_refused(metric({"ref", "-i", "bad"}), 1, {"bad:2", "UTF-8", "0xff", "byte 3"});
  check_refused(metric({"bad", "-i", "hyp"}), 1, {"bad:2", "UTF-8"});
  check_refused(metric({"ref"}, "a b c d\n\xc3(\n"), 1, {"standard input:2", "UTF-8"});
  check_refused(metric({"rougeL", "--hypotheses", "bad", "--references", "ref"}), 2, {"bad:2", "UTF-8"});
  check_refused(
      metric({"tokenised-bleu", "--style", "fairseq", "--hypotheses", "bad", "--references", "ref"}), 2,
      {"bad:2", "UTF-8"});
  metric.write("replaced", "a b c d\nx \uFFFD z\n");
  CHECK(metric({"ref", "-i", "bad", "--replace-invalid"}).out == metric({"ref", "-i", "replaced"}).out);
}

TEST_CASE("metric takes empty hypotheses and references, but no empty files") {
  const Files metric;
  metric.write("blank", "\n\n");
  const Run blank = metric({"ref", "-i", "blank", "-b"});
  CHECK(blank.exit_code == 0);
  CHECK(blank.out == "0.0\n");
  CHECK(metric({"blank", "-i", "hyp", "-b"}).out == "0.0\n");
  const Run empty = metric({"empty", "-i", "empty"});
  CHECK(empty.exit_code == 1);
  CHECK(empty.err.find("empty: no segments") != std::string::npos);
  CHECK(empty.err.ends_with("sacreBLEU: Test set None contains no sentence\n"));
  check_refused(metric({"bleu", "--hypotheses", "empty", "--references", "empty"}), 2, {"no segments"});
  check_refused(metric({"rouge1", "--hypotheses", "empty", "--references", "empty"}), 2, {"no documents"});
  check_refused(metric({"rouge155", "--hypotheses", "empty", "--references", "empty"}), 2, {"no documents"});
}

TEST_CASE("metric names the JSON line that does not fit") {
  const Files metric;
  const auto refused = [&](const std::string& line, const std::vector<std::string>& parts) {
    metric.write("pairs", "{\"prediction\": \"a\", \"target\": \"a\"}\n" + line + "\n");
    std::vector<std::string> all = parts;
    all.push_back("pairs:2");
    for (const char* name : {"bleu", "rouge1", "rouge155"})
      check_refused(metric({name, "--hypotheses", "pairs"}), 2, all);
  };
  refused("{", {"not valid JSON"});
  refused("[]", {"a JSON object"});
  refused("{\"target\": \"a\"}", {"'prediction'"});
  refused("{\"prediction\": 1, \"target\": \"a\"}", {"'prediction'", "a string"});
  refused("{\"prediction\": \"a\"}", {"'target'", "'targets'"});
  refused("{\"prediction\": \"a\", \"target\": null}", {"'target'", "a string"});
  refused("{\"prediction\": \"a\", \"targets\": \"a\"}", {"'targets'", "a list"});
  refused("{\"prediction\": \"a\", \"targets\": [null]}", {"no reference"});
  refused("{\"prediction\": \"a\", \"targets\": [1]}", {"strings or null"});
  refused("{\"prediction\": \"a\", \"target\": \"\xff\"}", {"UTF-8"});
}

TEST_CASE("metric's long form refuses what does not go together") {
  const Files metric;
  const auto refused = [&](std::vector<std::string> arguments, const std::vector<std::string>& parts) {
    arguments.insert(arguments.end(), {"--hypotheses", "hyp", "--references", "ref"});
    check_refused(metric(arguments), 2, parts);
  };
  refused({}, {"no metric"});
  refused({"bleuu"}, {"'bleuu'", "did you mean 'bleu'?"});
  refused({"bleu,,ter"}, {"empty metric name"});
  refused({"bleu,bleu"}, {"'bleu'", "twice"});
  refused({"bleu,rouge1"}, {"'bleu'", "'rouge1'", "together"});
  refused({"bleu", "--max-ngram-order", "0"}, {"--max-ngram-order", "0"});
  refused({"bleu", "--effective-order", "maybe"}, {"--effective-order", "yes or no"});
  refused({"bleu", "--paired-bs"}, {"several systems"});
  refused({"bleu", "--confidence", "--seed", "x"}, {"'x'"});
  refused({"rouge1", "--confidence", "--confidence-level", "1"}, {"--confidence-level", "1"});
  refused({"rouge155", "--confidence-n", "100000000000"}, {"--confidence-n", "1 to 10000000"});
  refused({"rouge1", "--confidence", "--seed", "4294967296"}, {"--seed", "4294967296"});
  refused({"rouge155", "--max-ngram-order", "100"}, {"1 to 99", "100"});
  check_refused(metric({"bleu", "--hypotheses", "hyp", "hyp", "--references", "ref"}), 2, {"hyp", "twice"});
  check_refused(metric({"bleu", "--hypotheses", "hyp", "hyp2"}), 2, {"--references", "JSON lines"});
  check_refused(metric({"rouge1", "--hypotheses", "hyp", "hyp2", "--references", "ref"}), 2, {"one system"});
  check_refused(metric({"tokenised-bleu", "--hypotheses", "hyp"}), 2, {"--references"});
}

TEST_CASE("metric's long form refuses flags that the metrics named do not have") {
  const Files metric;
  const auto refused = [&](std::vector<std::string> arguments, const std::vector<std::string>& parts) {
    arguments.insert(arguments.end(), {"--hypotheses", "hyp", "--references", "ref"});
    check_refused(metric(arguments), 2, parts);
  };
  refused({"bleu", "--use-stemmer"}, {"--use-stemmer", "not a flag of bleu", "rouge1 to rouge9", "rouge155"});
  refused({"rouge1", "--tok", "intl"}, {"--tokenize", "not a flag of rouge1", "bleu, chrf, ter"});
  refused({"rouge1", "-w", "4"}, {"--width"});
  refused({"rouge155", "--seed", "1"}, {"--seed"});
  refused({"rouge155", "--style", "fairseq"}, {"--style", "tokenised-bleu"});
  refused({"tokenised-bleu", "--json"}, {"--json"});
  refused({"tokenised-bleu", "--sentence-level"}, {"--sentence-level"});
  CHECK(metric({"chrf", "--tokenize", "intl", "--hypotheses", "hyp", "--references", "ref"}).exit_code == 0);
}

TEST_CASE("metric unpacks gzip files and refuses those that are none") {
  const Files metric;
  const std::filesystem::path path = metric.folder.path() / "packed";
  gzFile file = gzopen(path.c_str(), "wb");
  gzputs(file, "a b c d\nx y y\n");
  gzclose(file);
  const std::string packed = read_file(path);
  metric.write("hyp.gz", packed);
  CHECK(metric({"ref", "-i", "hyp.gz", "-f", "text"}).out == kLine);
  for (const std::string& damaged : {packed.substr(0, 20), packed + "x"}) {
    metric.write("hyp.gz", damaged);
    check_refused(metric({"ref", "-i", "hyp.gz"}), 1, {"hyp.gz", "not a whole gzip file"});
  }
  metric.write("hyp.gz", "a b c d\nx y y\n");
  check_refused(metric({"ref", "-i", "hyp.gz"}), 1, {"hyp.gz", "not a whole gzip file"});
}

TEST_CASE("metric compares several systems in either form") {
  const Files metric;
  const Run own = metric({"ref", "-i", "hyp", "hyp2", "--paired-ar", "--paired-ar-n", "50", "-f", "text"});
  const Run longer = metric(
      {"bleu", "--hypotheses", "hyp", "hyp2", "--references", "ref", "--paired-ar", "--paired-ar-n", "50"});
  CHECK(own.exit_code == 0);
  CHECK(own.out == longer.out);
  CHECK(own.out.find("Baseline: hyp") != std::string::npos);
  CHECK(own.out.find('\x1b') == std::string::npos);  // colours are for terminals
}

TEST_CASE("metric names the systems of a paired test as sacreBLEU does") {
  const Files metric;
  const std::vector<std::string> test{"ref", "--paired-bs", "--paired-bs-n", "50", "-f", "text"};
  const Run input = metric(test, "a b c d\ta b c d\nx y y\tx y z\n");
  CHECK(input.out.find("│ Baseline │") != std::string::npos);
  CHECK(input.out.find("│ System 1 │") != std::string::npos);
  CHECK(input.out.find("System 2") == std::string::npos);
  CHECK(input.out.find("pairwise compared to .\n") != std::string::npos);

  const auto of = [&](std::vector<std::string> files) {
    files.insert(files.begin(), "-i");
    files.insert(files.begin(), test.begin(), test.end());
    return metric(files);
  };
  CHECK(of({"hyp", "hyp2", "hyp"}).out == of({"hyp", "hyp2"}).out);
  check_refused(of({"hyp", "hyp"}), 1, {"several systems"});
  check_refused(of({"hyp", "hyp2", "hyp2"}), 1, {"hyp2", "twice"});
}

TEST_CASE("metric shows a seed as typed, in a paired test as a number") {
  const Files metric;
  const auto shows = [&](std::vector<std::string> arguments, const std::string& seed,
                         const std::string& text) {
    arguments.insert(arguments.end(), {"-m", "chrf", "-f", "text"});
    const Run run = metric(arguments, "", {"SACREBLEU_SEED=" + seed});
    CAPTURE(seed, run.out);
    CHECK(run.out.find("|seed:" + text + "|") != std::string::npos);
  };
  const std::vector<std::string> one{"ref", "-i", "hyp", "-ci"};
  const std::vector<std::string> paired{"ref", "-i", "hyp", "hyp2", "--paired-bs", "--paired-bs-n", "50"};
  shows(one, "007", "007");
  shows(one, "None", "none");
  shows(paired, " +007 ", "7");
  shows(paired, "000", "0");
  shows(paired, "None", "none");
}

TEST_CASE("metric takes nothing on standard input as one empty line") {
  const Files metric;
  metric.write("one", "a b c d\n");
  CHECK(metric({"one", "-b"}, "").out == "0.0\n");
  CHECK(metric({"ref"}, "").err.find("ref: 2 lines, standard input: 1 lines") != std::string::npos);
}

TEST_CASE("metric scores single sentences of pipes, and prints none before all is read") {
  const Files metric;
  const Run file = metric({"ref", "-i", "hyp", "-sl"});
  CHECK(lines_in(file.out) == 2);
  CHECK(metric({"ref", "-i", "/dev/stdin", "-sl"}, "a b c d\nx y y\n").out == file.out);
  CHECK(metric({"ref", "-sl"}, "a b c d\nx y y\n").out == file.out);

  std::string text;
  for (int i = 0; i < 5000; ++i) text += "a b c d\n";
  metric.write("bad", text + "\xff\n");
  metric.write("short", text);
  metric.write("good", text + "a\n");
  const auto refused = [&](const Run& run, const std::string& part) {
    CHECK(run.exit_code == 1);
    CHECK(run.out.empty());
    CHECK(run.err.find(part) != std::string::npos);
  };
  refused(metric({"good", "-i", "bad", "-sl"}), "bad:5001");
  refused(metric({"good", "-i", "short", "-sl"}), "5000 lines");
  refused(metric({"good", "-sl"}, text), "5000 lines");
}

TEST_CASE("metric reads long texts in bounded memory") {
  const Files metric;
  std::string text;
  for (int i = 0; i < 200000; ++i) text += "a b c d e f g h i j k l m n o p q r s t u v w x y z\n";
  metric.write("long", text);
  CHECK(metric({"ref", "-i", "ref", "-b"}).out == "100.0\n");
  const long small = largest_child_kb();
  CHECK(metric({"long", "-i", "long", "-b"}).out == "100.0\n");
  CHECK(lines_in(metric({"long", "-i", "long", "-b", "-sl"}).out) == 200000);
  CHECK(lines_in(metric({"rouge1", "--hypotheses", "long", "--references", "long"}).out) == 1);
  CHECK(largest_child_kb() - small < 8 * 1024);  // the two texts are 20 MB
}

}  // namespace iiet::test
