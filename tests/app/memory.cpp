// What the harness itself needs, with the null model: memory grows with the requests, not several times.

#include "harness/base/files.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

std::int64_t peak_memory(std::size_t requests) {
  const TemporaryFolder folder;
  write_file_atomically(folder.path() / "data" / "piqa" / "validation.jsonl", piqa_documents(requests / 2));
  const Model model;
  const std::string report = (folder.path() / "r.json").string();
  const Run run = run_program({"--models", "null:tokenizer=" + model.path, "--tasks", "piqa", "--log-samples",
                               "--data", (folder.path() / "data").string(), "--output", report, "--threads",
                               "1", "--bootstrap-iters", "0"});
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(run.out.find("(untrained)") != std::string::npos);
  const Json result = read_json(report);
  CHECK(result["models"][0]["untrained"] == true);
  CHECK(result["results"][0]["throughput"]["requests"] == requests);
  return result["results"][0]["throughput"]["peak_memory_bytes"].get<std::int64_t>();
}

}  // namespace

TEST_CASE("a request more costs 3 kB of memory at most") {
  const std::int64_t small = peak_memory(200), large = peak_memory(20200);
  CHECK(large - small < 20000 * 3000);
}

}  // namespace iiet::test
