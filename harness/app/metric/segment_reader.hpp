#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/app/metric/options.hpp"
#include "harness/base/error.hpp"

namespace iiet {

/// An error that sacreBLEU has too: what it says last, and its exit code.
class SacrebleuError : public Error {
 public:
  SacrebleuError(const std::string& what, std::string their_line, int exit_code)
      : Error(what), their_line(std::move(their_line)), exit_code(exit_code) {}
  std::string their_line;
  int exit_code;
};

/// Hypotheses of one or more systems with their references, read segment by segment.
class SegmentReader {
 public:
  virtual ~SegmentReader() = default;
  /// Names of the systems, in their order.
  virtual const std::vector<std::string>& systems() const = 0;
  /// Goes to the next segment; false behind the last one.
  virtual bool next() = 0;
  /// Of the segment: a text a system, and its references. Valid until next().
  virtual std::span<const std::string_view> hypotheses() const = 0;
  virtual std::span<const std::string_view> references() const = 0;
};

/// Lines of files that belong together (see InputOptions), white space at their ends removed. Without
/// hypotheses they come from standard input, tabs between systems. Throws SacrebleuError where numbers of
/// lines or fields differ.
std::unique_ptr<SegmentReader> open_parallel_files(const InputOptions& options);

/// JSON objects `{"prediction": "…", "target": "…"}` or `"targets": ["…", null]`, one a line, texts as they
/// are, of the one file of hypotheses. Throws InputError naming file and line where one does not fit.
std::unique_ptr<SegmentReader> open_json_lines(const InputOptions& options);

/// Files where references are named, else JSON lines.
std::unique_ptr<SegmentReader> open_segments(const InputOptions& options);

}  // namespace iiet
