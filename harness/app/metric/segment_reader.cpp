#include "harness/app/metric/segment_reader.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "harness/app/command.hpp"
#include "harness/base/files.hpp"
#include "harness/base/json.hpp"
#include "harness/base/line_reader.hpp"
#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

constexpr int kWrongFields = 17;  // sacreBLEU's exit code

[[noreturn]] void refuse_lengths(const std::vector<std::pair<std::string, std::size_t>>& lengths) {
  std::vector<std::string> parts;
  for (const auto& [name, lines] : lengths) parts.push_back(fmt::format("{}: {} lines", name, lines));
  throw SacrebleuError(fmt::format("different numbers of lines: {}", fmt::join(parts, ", ")),
                       "System and reference streams have different lengths.", kFailed);
}

InvalidText invalid_text(const InputOptions& options) {
  return options.replace_invalid ? InvalidText::replace : InvalidText::refuse;
}

/// The fields of a line, at most `most` of them: the last one keeps its tabs.
std::vector<std::string_view> fields_of(std::string_view line, std::size_t most) {
  std::vector<std::string_view> fields;
  while (fields.size() + 1 < most) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) break;
    fields.push_back(line.substr(0, tab));
    line.remove_prefix(tab + 1);
  }
  fields.push_back(line);
  return fields;
}

class ParallelFiles : public SegmentReader {
 public:
  explicit ParallelFiles(const InputOptions& options) : reference_fields_(options.reference_fields) {
    const InvalidText invalid = invalid_text(options);
    for (const std::string& path : options.references)
      references_.emplace_back(path, LineRules{LineEnds::line_feed, invalid});
    if (options.hypotheses) {
      systems_ = *options.hypotheses;
      for (const std::string& path : systems_)
        hypotheses_.emplace_back(path, LineRules{LineEnds::line_feed, invalid});
    } else {
      standard_input_.emplace(ByteSource::standard_input(), LineRules{LineEnds::universal, invalid});
      first_ = standard_input_->next().value_or("");  // nothing at all is one empty line, as for sacreBLEU
      const std::size_t count = fields_of(strip_right(*first_), std::string::npos).size();
      for (std::size_t i = 1; i <= count; ++i) systems_.push_back(fmt::format("System {}", i));
    }
  }

  const std::vector<std::string>& systems() const override { return systems_; }
  std::span<const std::string_view> hypotheses() const override { return hypothesis_texts_; }
  std::span<const std::string_view> references() const override { return reference_texts_; }

  bool next() override {
    std::size_t ended = 0;
    const auto line_of = [&](LineReader& reader) {
      const auto line = reader.next();
      if (!line) ++ended;
      return strip_right(line.value_or(""));
    };
    reference_texts_.clear();
    for (LineReader& reader : references_) {
      const std::string_view line = line_of(reader);
      add_references(line, reader, ended);
    }
    hypothesis_texts_.clear();
    for (LineReader& reader : hypotheses_) hypothesis_texts_.push_back(line_of(reader));
    if (standard_input_) read_standard_input(ended);
    if (ended == 0) return true;
    const std::size_t inputs = references_.size() + hypotheses_.size() + (standard_input_ ? 1 : 0);
    if (ended < inputs) refuse_what_is_left();
    return false;
  }

 private:
  void add_references(std::string_view line, const LineReader& reader, std::size_t ended) {
    if (reference_fields_ == 1 || ended > 0) {
      reference_texts_.push_back(line);
      return;
    }
    const auto wanted = static_cast<std::size_t>(std::max(reference_fields_, 0L));
    reference_texts_ = fields_of(line, std::max<std::size_t>(wanted, 1));
    if (reference_texts_.size() != wanted)
      throw SacrebleuError(
          fmt::format("{}:{}: expected {} references separated by tabs (--num-refs), found {}", reader.name(),
                      reader.number(), wanted, reference_texts_.size()),
          fmt::format("FATAL: line {}: expected {} fields, but found {}.", reader.number(), reference_fields_,
                      reference_texts_.size()),
          kWrongFields);
  }

  void read_standard_input(std::size_t& ended) {
    const auto line = first_ ? std::exchange(first_, std::nullopt) : standard_input_->next();
    if (!line) {
      ++ended;
      return;
    }
    hypothesis_texts_ = fields_of(strip_right(*line), std::string::npos);
    if (hypothesis_texts_.size() != systems_.size())
      throw SacrebleuError(
          fmt::format(
              "standard input:{}: expected {} systems separated by tabs, as on the first line, found {}",
              standard_input_->number(), systems_.size(), hypothesis_texts_.size()),
          "FATAL: the number of tab-delimited fields in the input stream differ across lines.", kWrongFields);
  }

  [[noreturn]] void refuse_what_is_left() {
    std::vector<std::pair<std::string, std::size_t>> lengths;
    const auto count = [&](LineReader& reader) {
      while (reader.next()) {
      }
      lengths.emplace_back(reader.name(), reader.number());
    };
    std::for_each(references_.begin(), references_.end(), count);
    std::for_each(hypotheses_.begin(), hypotheses_.end(), count);
    if (standard_input_) {
      count(*standard_input_);
      lengths.back().second = std::max<std::size_t>(lengths.back().second, 1);
    }
    refuse_lengths(lengths);
  }

  long reference_fields_;
  std::vector<std::string> systems_;
  std::vector<LineReader> references_, hypotheses_;
  std::optional<LineReader> standard_input_;
  std::optional<std::string_view> first_;  // line of standard input, read ahead to count the systems
  std::vector<std::string_view> hypothesis_texts_, reference_texts_;
};

class JsonLines : public SegmentReader {
 public:
  explicit JsonLines(const InputOptions& options)
      : reader_(options.hypotheses->front(), {LineEnds::line_feed, invalid_text(options)}),
        systems_{reader_.name()} {}

  const std::vector<std::string>& systems() const override { return systems_; }
  std::span<const std::string_view> hypotheses() const override { return {&hypothesis_, 1}; }
  std::span<const std::string_view> references() const override { return references_; }

  bool next() override {
    for (auto line = reader_.next(); line; line = reader_.next()) {
      if (strip(*line).empty()) continue;
      read(*line, fmt::format("{}:{}", reader_.name(), reader_.number()));
      return true;
    }
    return false;
  }

 private:
  void read(std::string_view line, const std::string& where) {
    document_ = parse_json(line, where);
    require(document_.is_object(), "{}: expected a JSON object, got {}", where, document_.type_name());
    hypothesis_ = text_at(document_, "prediction", where);
    references_.clear();
    require(document_.contains("target") != document_.contains("targets"),
            "{}: expected one of 'target' and 'targets'", where);
    if (document_.contains("target")) {
      references_.push_back(text_at(document_, "target", where));
      return;
    }
    const Json& targets = document_["targets"];
    require(targets.is_array(), "{}: 'targets': expected a list, got {}", where, targets.type_name());
    for (const Json& target : targets) {
      if (target.is_null()) continue;  // this segment lacks that reference
      require(target.is_string(), "{}: 'targets': expected strings or null, got {}", where,
              target.type_name());
      references_.push_back(target.get_ref<const std::string&>());
    }
    require(!references_.empty(), "{}: 'targets': the segment has no reference", where);
  }

  static std::string_view text_at(const Json& object, const char* name, const std::string& where) {
    const auto found = object.find(name);
    require(found != object.end() && found->is_string(), "{}: '{}': expected a string", where, name);
    return found->get_ref<const std::string&>();
  }

  LineReader reader_;
  std::vector<std::string> systems_;
  Json document_;
  std::string_view hypothesis_;
  std::vector<std::string_view> references_;
};

}  // namespace

std::unique_ptr<SegmentReader> open_parallel_files(const InputOptions& options) {
  return std::make_unique<ParallelFiles>(options);
}

std::unique_ptr<SegmentReader> open_json_lines(const InputOptions& options) {
  return std::make_unique<JsonLines>(options);
}

std::unique_ptr<SegmentReader> open_segments(const InputOptions& options) {
  return options.references.empty() ? open_json_lines(options) : open_parallel_files(options);
}

}  // namespace iiet
