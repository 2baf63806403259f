#include "harness/eval/documents.hpp"

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;

namespace {

constexpr auto kGood = R"({"goal": "g", "sol1": "a", "sol2": "b", "label": 0})";

/// A data folder with one file.
struct DataFolder : test::TemporaryFolder {
  explicit DataFolder(const std::string& content, const std::string& file = "piqa/validation.jsonl") {
    add(content, file);
  }
  void add(const std::string& content, const std::string& file) const {
    write_file_atomically(path() / file, content);
  }
};

TaskData load_piqa(const std::filesystem::path& folder, std::optional<double> limit = {},
                   std::size_t num_fewshot = 0) {
  return load_task_data(Registry<Task>::get("piqa"),
                        {.folder = folder, .limit = limit, .num_fewshot = num_fewshot});
}

std::string rows(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text +=
        Json{{"goal", "goal " + std::to_string(i)}, {"sol1", "a"}, {"sol2", "b"}, {"label", i % 2}}.dump() +
        "\n";
  return text;
}

std::string first_context(const TaskData& data, std::size_t document) {
  return std::get<Choice>(data.samples[document]).options[0].context;
}

}  // namespace

TEST_CASE("the real split is used where it is there, the samples otherwise") {
  const DataFolder folder(rows(3));
  const auto real = load_piqa(folder.path());
  CHECK_FALSE(real.is_sample_data);
  CHECK(real.documents_in_split == 3);
  CHECK(real.samples.size() == 3);
  CHECK(real.sha256 == sha256(rows(3)));
  CHECK(real.path == folder.path() / "piqa/validation.jsonl");

  const auto copa = load_task_data(Registry<Task>::get("copa"), {.folder = folder.path()});
  CHECK(copa.is_sample_data);
  CHECK(copa.path == sample_file(*copa.task));
}

TEST_CASE("a limit is a number of documents, or a fraction rounded up") {
  const DataFolder folder(rows(5));
  CHECK(load_piqa(folder.path(), 1.0).samples.size() == 1);
  CHECK(load_piqa(folder.path(), 0.5).samples.size() == 3);
  CHECK(load_piqa(folder.path(), 0.999).samples.size() == 5);
  CHECK(load_piqa(folder.path(), 4).documents.size() == 4);
  CHECK(load_piqa(folder.path(), 400).samples.size() == 5);
  CHECK(load_piqa(folder.path(), 2).documents_in_split == 5);
  for (const double wrong : {0.0, -1.0, 2.5}) CHECK_THROWS_AS(load_piqa(folder.path(), wrong), InputError);
}

TEST_CASE("a bad document is named by file, line, task, number and field") {
  const DataFolder folder(std::string(kGood) + "\n\n" + R"({"sol1": "a", "sol2": "b", "label": 0})");
  CHECK_THROWS_WITH(
      load_piqa(folder.path()),
      Catch::EndsWith("piqa/validation.jsonl:3: task piqa, document 1: field 'goal' is missing"));
}

TEST_CASE("wrong types and labels out of range are named by their field") {
  const DataFolder type(R"({"goal": 7, "sol1": "a", "sol2": "b", "label": 0})");
  CHECK_THROWS_WITH(load_piqa(type.path()), Catch::Contains(":1: task piqa, document 0: field 'goal'"));
  const DataFolder text(R"({"goal": "g", "sol1": "a", "sol2": "b", "label": "0"})");
  CHECK_THROWS_WITH(load_piqa(text.path()), Catch::EndsWith("field 'label': expected an integer, got \"0\""));
  const DataFolder range(R"({"goal": "g", "sol1": "a", "sol2": "b", "label": 2})");
  CHECK_THROWS_WITH(load_piqa(range.path()), Catch::Contains("field 'label': out of range"));
  const DataFolder negative(R"({"goal": "g", "sol1": "a", "sol2": "b", "label": -1})");
  CHECK_THROWS_AS(load_piqa(negative.path()), InputError);
}

TEST_CASE("a malformed line and an empty file are named") {
  const DataFolder malformed(std::string(kGood) + "\n{\"goal\": ");
  CHECK_THROWS_WITH(load_piqa(malformed.path()), Catch::Contains("piqa/validation.jsonl:2"));
  const DataFolder list("[1, 2]\n");
  CHECK_THROWS_WITH(load_piqa(list.path()), Catch::Contains("piqa/validation.jsonl:1"));
  const DataFolder empty("\n");
  CHECK_THROWS_WITH(load_piqa(empty.path()), Catch::Contains("piqa/validation.jsonl"));
}

TEST_CASE("documents beyond the limit are not turned into samples") {
  const DataFolder folder(std::string(kGood) + "\n{}\n");
  CHECK(load_piqa(folder.path(), 1).samples.size() == 1);
  CHECK_THROWS_AS(load_piqa(folder.path(), 2), InputError);
}

TEST_CASE("examples come before every option, never the document itself") {
  const DataFolder folder(rows(4));
  const auto data = load_piqa(folder.path(), {}, 3);
  CHECK(data.num_fewshot == 3);
  CHECK(data.fewshot_path == data.path);
  for (std::size_t i = 0; i < data.samples.size(); ++i) {
    const std::string own = "Question: goal " + std::to_string(i) + "\nAnswer:";
    const std::string context = first_context(data, i);
    CHECK_THAT(context, Catch::EndsWith("\n\n" + own));
    CHECK(context.find(own) == context.size() - own.size());
    CHECK(std::get<Choice>(data.samples[i]).options[1].context == context);
    // An example is solved with the right option: even goals with a, odd ones with b.
    if (i != 1) CHECK_THAT(context, Catch::Contains("Question: goal 1\nAnswer: b\n\n"));
    if (i != 2) CHECK_THAT(context, Catch::Contains("Question: goal 2\nAnswer: a\n\n"));
  }
}

TEST_CASE("examples come from the training split where there is one") {
  const DataFolder folder(rows(2));
  folder.add(R"({"goal": "train", "sol1": "a", "sol2": "b", "label": 1})"
             "\n"
             R"({"goal": "train", "sol1": "a", "sol2": "b", "label": 1})",
             "piqa/train.jsonl");
  const auto data = load_piqa(folder.path(), {}, 1);
  CHECK(data.fewshot_path == folder.path() / "piqa/train.jsonl");
  CHECK(first_context(data, 0) == "Question: train\nAnswer: b\n\nQuestion: goal 0\nAnswer:");
}

TEST_CASE("a limit does not change the pool of examples") {
  const DataFolder folder(rows(30));
  const auto all = load_piqa(folder.path(), {}, 2), first = load_piqa(folder.path(), 3, 2);
  for (std::size_t i = 0; i < 3; ++i) CHECK(first_context(all, i) == first_context(first, i));
}

TEST_CASE("another seed gives other examples") {
  const DataFolder folder(rows(30));
  const Task& piqa = Registry<Task>::get("piqa");
  const auto one = load_task_data(piqa, {.folder = folder.path(), .num_fewshot = 2, .fewshot_seed = 1});
  const auto two = load_task_data(piqa, {.folder = folder.path(), .num_fewshot = 2, .fewshot_seed = 2});
  CHECK(first_context(one, 0) != first_context(two, 0));
}

TEST_CASE("more examples than there are documents are refused") {
  const DataFolder folder(rows(3));
  CHECK_NOTHROW(load_piqa(folder.path(), {}, 2));
  CHECK_THROWS_WITH(load_piqa(folder.path(), {}, 3), Catch::Contains("task piqa"));
}

TEST_CASE("whole texts take no examples") {
  const auto data = load_task_data(Registry<Task>::get("wikitext"), {.num_fewshot = 2});
  CHECK(data.num_fewshot == 0);
  CHECK(data.fewshot_path.empty());
}

TEST_CASE("prepared documents are what is logged") {
  const auto data = load_task_data(Registry<Task>::get("hellaswag"), {.limit = 1});
  for (const char* name : {"query", "choices", "gold"}) CHECK(data.documents[0].contains(name));
}

TEST_CASE("a data folder that is named must be there") {
  CHECK_THROWS_AS(data_folder("/nowhere/at/all"), InputError);
  const test::TemporaryFolder folder;
  CHECK(data_folder(folder.path().string()) == folder.path());
}

TEST_CASE("a task's own number of examples holds where none is asked for") {
  std::string train;
  for (int i = 0; i < 8; ++i)
    train += Json{{"question", fmt::format("T{}", i)}, {"answer", "#### 1"}}.dump() + "\n";
  const DataFolder folder(train, "gsm8k/train.jsonl");
  folder.add(Json{{"question", "Sum"}, {"answer", "#### 2"}}.dump() + "\n", "gsm8k/test.jsonl");
  const auto prompt = [&](const char* task, std::optional<std::size_t> count) {
    const auto data =
        load_task_data(Registry<Task>::get(task), {.folder = folder.path(), .num_fewshot = count});
    return std::get<Generation>(data.samples[0]).prompt;
  };
  const auto questions = [](const std::string& text, const std::string& mark) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; ++at) ++count;
    return count;
  };
  CHECK(questions(prompt("gsm8k", {}), "Question: T") == 5);
  CHECK(prompt("gsm8k", {}).ends_with("Answer: #### 1\n\nQuestion: Sum\nAnswer:"));
  CHECK(questions(prompt("gsm8k", 2), "Question: T") == 2);
  CHECK(prompt("gsm8k", 0) == "Question: Sum\nAnswer:");

  // Examples that belong to the task come in their order and from nowhere else.
  CHECK(questions(prompt("gsm8k_cot", {}), "The answer is") == 8);
  CHECK(prompt("gsm8k_cot", {}).starts_with(prompt("gsm8k_cot", 1).substr(0, 100)));
  CHECK(prompt("gsm8k_cot", 0) == "Q: Sum\nA:");
  CHECK_THROWS_WITH(prompt("gsm8k_cot", 9), Catch::Contains("9 few-shot examples asked for, it has 8"));
}
