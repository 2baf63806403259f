#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace iiet {

/// A number that somebody published; in the unit of the reports (accuracies from 0 to 1).
struct PublishedValue {
  std::string task, metric;  // as in a column
  double value = 0;
  std::string delta_over;  // the value is a difference to this model's
};

struct PublishedRow {
  std::string model;
  std::vector<PublishedValue> values;
};

/// Reference rows of one source, as results/README.md describes the file.
struct Published {
  std::string source;
  std::vector<std::string> notes;
  std::vector<PublishedRow> rows;
};

/// The file of a path (with a slash or ending in .json), or `results/published/<name>.json`; throws
/// InputError where it is malformed or there is none of that name.
Published read_published(const std::string& file_or_name);

}  // namespace iiet
