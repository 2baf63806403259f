#pragma once

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/report/report.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {

/// Two models, `a` and the untrained `b/c`, on copa and on sample documents of wikitext; the second model
/// failed on the second task. Started 2026-01-02T03:04:05Z.
inline Report small_report() {
  Report report;
  report.context = {
      {"started", "2026-01-02T03:04:05Z"}, {"dtype", "float32"}, {"seed", 1234}, {"device", "cpu"}};
  for (const char* name : {"a", "b/c"}) {
    ModelRow model;
    model.name = name;
    model.path = std::string("/models/") + name;
    model.variant = "iiet";
    model.iterations = {1, 2};
    model.evaluations = {2, 3};
    model.evaluations_per_token = 5;
    report.models.push_back(model);
  }
  report.models[1].untrained = true;
  TaskRow copa;
  copa.name = "copa";
  copa.version = "1.0";
  copa.accuracy_metric = "acc";
  copa.documents = 100;
  TaskRow text;
  text.name = "wikitext";
  text.version = "2.0";
  text.documents = 4;
  text.sample_data = true;
  report.tasks = {copa, text};
  const Throughput speed{200, 3000, 400, 2.0, 1.5, 2.5, 1000000};
  report.results = {{"a", "copa", "", {{"acc", 0.625, 0.04, 100, true}}, speed, 0},
                    {"a", "wikitext", "", {{"word_perplexity", 12.5, std::nullopt, 4, false}}, speed, 3},
                    {"b/c", "copa", "", {{"acc", 0.5, 0.05, 100, true}}, speed, 0},
                    {"b/c", "wikitext", "out of memory", {}, {}, 0}};
  report.averages = averages_of(report);
  return report;
}

/// What `read` says against a file of this content, without the file's name in front; empty: it takes it.
template <typename Read>
std::string refusal_of_file(const std::string& content, Read read) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file.json";
  write_file_atomically(path, content);
  try {
    read(path);
  } catch (const InputError& error) {
    const std::string message = error.what();
    CHECK(message.starts_with(path.string() + ": "));
    return message.substr(path.string().size() + 2);
  }
  return "";
}

}  // namespace iiet::test
