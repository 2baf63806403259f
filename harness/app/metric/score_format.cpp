#include "harness/app/metric/score_format.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/ranges.h>

#include "harness/base/json.hpp"

namespace iiet {
namespace {

using OrderedJson = nlohmann::ordered_json;

/// The number that the rounded text stands for: 26.50 is 26.5.
double rounded(double value, long width) { return std::strtod(decimals(value, width).c_str(), nullptr); }

/// Shown only where the mean is above 0.
bool has_interval(const ScoreReport& report) { return report.interval && report.interval->mean > 0; }

std::string interval_text(const Interval& interval, long width) {
  return fmt::format("μ = {} ± {}", decimals(interval.mean, width), decimals(interval.half_width, width));
}

std::string json_text(const ScoreReport& report, const OutputOptions& options) {
  const long width = options.width;
  OrderedJson object;
  object["name"] = report.name;
  object["score"] = rounded(report.score, width);
  object["signature"] = long_signature(report.signature);
  if (has_interval(report)) {
    object["confidence_mean"] = rounded(report.interval->mean, width);
    object["confidence_var"] = rounded(report.interval->half_width, width);
    object["confidence"] = interval_text(*report.interval, width);
  }
  if (!report.details.empty()) object["verbose_score"] = report.details;
  for (const SignatureField& field : report.signature) object[field.name] = field.value;
  return object.dump(1);
}

std::string json_list(const std::vector<std::string>& entries) {
  if (entries.size() == 1) return entries.front() + "\n";
  return fmt::format("[\n{}\n]\n", fmt::join(entries, ",\n"));
}

/// The signs of equality below each other; lines without one (a score alone) come first, as in sacreBLEU.
std::string aligned(std::vector<std::string> lines) {
  const auto sign = [](const std::string& line) { return line.find(" ="); };
  std::stable_partition(lines.begin(), lines.end(),
                        [&](const std::string& line) { return sign(line) == std::string::npos; });
  std::size_t widest = 0;
  for (const std::string& line : lines)
    if (sign(line) != std::string::npos) widest = std::max(widest, sign(line));
  std::string text;
  for (const std::string& line : lines) {
    if (sign(line) != std::string::npos) text.append(widest - sign(line), ' ');
    text += line + "\n";
  }
  return text;
}

}  // namespace

ScoreReport score_report(const CorpusMetric& metric, std::span<const double> sums,
                         const CommonSignature& common) {
  return {metric.name(), metric.score(sums), std::nullopt, metric.details(sums),
          signature_fields(common, metric.signature())};
}

std::string decimals(double value, long width) { return fmt::format("{:.{}f}", value, width); }

std::string score_line(const ScoreReport& report, const OutputOptions& options) {
  std::string text = decimals(report.score, options.width);
  if (has_interval(report)) text += " (" + interval_text(*report.interval, options.width) + ")";
  if (options.score_only) return text;
  const std::string signature =
      options.short_signature ? short_signature(report.signature) : long_signature(report.signature);
  text = fmt::format("{}|{} = {}", report.name, signature, text);
  return report.details.empty() ? text : text + " " + report.details;
}

std::string format_scores(std::span<const ScoreReport> reports, const OutputOptions& options) {
  const bool json = options.format == "json";
  std::vector<std::string> entries;
  for (const ScoreReport& report : reports)
    entries.push_back(json && !options.score_only ? json_text(report, options) : score_line(report, options));
  return json ? json_list(entries) : aligned(entries);
}

}  // namespace iiet
