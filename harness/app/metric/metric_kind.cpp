#include "harness/app/metric/metric_kind.hpp"

#include <algorithm>
#include <map>
#include <span>

#include <fmt/ranges.h>

#include "harness/base/error.hpp"
#include "harness/text/rouge/rouge.hpp"

namespace iiet {
namespace {

const std::vector<std::string> kCorpusNames{"bleu", "chrf", "ter"};

bool has(std::span<const std::string> names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

MetricKind kind_of(const std::string& name) {
  if (has(kCorpusNames, name)) return MetricKind::corpus;
  if (has(rouge_type_names(), name)) return MetricKind::rouge;
  if (name == "rouge155") return MetricKind::rouge155;
  if (name == "tokenised-bleu") return MetricKind::tokenised;
  std::vector<std::string> known = kCorpusNames;
  known.insert(known.end(), rouge_type_names().begin(), rouge_type_names().end());
  known.insert(known.end(), {"rouge155", "tokenised-bleu"});
  throw InputError(unknown_name("metric", name, known));
}

std::string names_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::corpus:
      return "bleu, chrf, ter";
    case MetricKind::rouge:
      return "rouge1 to rouge9, rougeL, rougeLsum";
    case MetricKind::rouge155:
      return "rouge155";
    case MetricKind::tokenised:
      return "tokenised-bleu";
  }
  return "";
}

/// Whose a flag is.
std::vector<MetricKind> kinds_of_flag(const std::string& flag) {
  using enum MetricKind;
  static const std::vector<MetricKind> all{corpus, rouge, rouge155, tokenised};
  static const std::vector<MetricKind> with_scores_of_segments{corpus, rouge, rouge155};
  static const std::map<std::string, std::vector<MetricKind>> kinds{
      {"--hypotheses", all},
      {"--references", all},
      {"--replace-invalid", all},
      {"--json", with_scores_of_segments},
      {"--sentence-level", with_scores_of_segments},
      {"--confidence", with_scores_of_segments},
      {"--confidence-n", with_scores_of_segments},
      {"--confidence-level", {rouge, rouge155}},
      {"--seed", {corpus, rouge}},
      {"--use-stemmer", {rouge, rouge155}},
      {"--max-ngram-order", {corpus, rouge155, tokenised}},
      {"--multi-reference", {rouge155}},
      {"--input-format", {rouge155}},
      {"--lowercase", {corpus, tokenised}},
      {"--style", {tokenised}},
      {"--compound-split", {tokenised}},
  };
  const auto found = kinds.find(flag);
  return found == kinds.end() ? std::vector{corpus} : found->second;  // the rest is sacreBLEU's
}

}  // namespace

MetricKind kind_of(const std::vector<std::string>& names) {
  const MetricKind kind = kind_of(names.front());
  for (const std::string& name : names) {
    require(
        kind_of(name) == kind,
        "'{}' and '{}' do not go together; these do: bleu, chrf, ter; rouge1 to rouge9, rougeL, rougeLsum",
        names.front(), name);
    require(std::count(names.begin(), names.end(), name) == 1, "'{}' is there twice", name);
  }
  return kind;
}

void require_flags_of(const std::vector<std::string>& names, const std::set<std::string>& flags) {
  const MetricKind kind = kind_of(names);
  for (const std::string& flag : flags) {
    const std::vector<MetricKind> kinds = kinds_of_flag(flag);
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) continue;
    std::vector<std::string> owners;
    for (const MetricKind owner : kinds) owners.push_back(names_of(owner));
    throw InputError(
        fmt::format("{}: not a flag of {}; it is one of {}", flag, names.front(), fmt::join(owners, "; ")));
  }
}

}  // namespace iiet
