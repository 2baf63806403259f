#include "harness/report/compare.hpp"

#include <memory>

#include "harness/app/command.hpp"
#include "harness/report/read_report.hpp"

namespace iiet {
namespace {

struct Options {
  std::string old_report, new_report, format = "text";
  CompareOptions compare;
  double max_slowdown = 0.1;
  bool no_speed = false;
};

int run_compare(Options options) {
  options.compare.max_slowdown.reset();
  if (!options.no_speed) options.compare.max_slowdown = options.max_slowdown;
  const ReportComparison comparison =
      compare({options.old_report, read_report(options.old_report)},
              {options.new_report, read_report(options.new_report)}, options.compare);
  if (options.format == "json")
    print(as_json(comparison).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  else
    print(options.format == "markdown" ? as_markdown(comparison) : as_text(comparison));
  return comparison.has_regression() ? kRegression : kDone;
}

std::function<int()> configure(CLI::App& parser) {
  const auto options = std::make_shared<Options>();
  parser.add_option("old", options->old_report, "report to compare with, such as a baseline")->required();
  parser.add_option("new", options->new_report, "report to judge")->required();
  parser
      .add_option("--alpha", options->compare.alpha,
                  "a metric that got worse with a smaller p-value is a regression")
      ->check(CLI::Range(0.001, 1.0))  // resampling gives nothing smaller
      ->capture_default_str();
  parser
      .add_option("--max-drop", options->compare.max_drop,
                  "a metric worse by more than this, in its own unit, is a regression whatever its p-value")
      ->check(CLI::NonNegativeNumber);
  auto* slowdown = parser
                       .add_option("--max-slowdown", options->max_slowdown,
                                   "share of a model's tokens a second that may be lost")
                       ->check(CLI::Range(0.0, 1.0))
                       ->capture_default_str();
  parser.add_flag("--no-speed", options->no_speed, "do not compare speed (other machines)")
      ->excludes(slowdown);
  parser.add_option("--format", options->format, "text, markdown or json")
      ->check(CLI::IsMember({"text", "markdown", "json"}))
      ->capture_default_str();
  return [options] { return run_compare(*options); };
}

}  // namespace

const Command kCompareCommand{
    "compare", "Says what got better or worse between two reports; exit code 3 where something got worse.",
    configure};

}  // namespace iiet
