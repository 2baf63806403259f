#include "harness/text/translation/statistics_table.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace iiet {
namespace {

bool is_float32(double value) { return static_cast<double>(static_cast<float>(value)) == value; }

}  // namespace

void StatisticsTable::add(std::span<const double> statistics) {
  assert(statistics.size() == width());
  if (!keeps_doubles_ && !std::all_of(statistics.begin(), statistics.end(), is_float32)) {
    for (std::size_t i = 0; i < segments(); ++i)
      exact_.insert(exact_.end(), rows_.row(i), rows_.row(i) + width());
    keeps_doubles_ = true;
  }
  if (keeps_doubles_) exact_.insert(exact_.end(), statistics.begin(), statistics.end());
  whole_ = whole_ && std::all_of(statistics.begin(), statistics.end(),
                                 [](double value) { return value == std::floor(value); });
  rows_.add(statistics);
}

std::vector<double> StatisticsTable::segment(std::size_t index) const {
  assert(index < segments());
  const double* exact = exact_.data() + index * width();
  if (keeps_doubles_) return {exact, exact + width()};
  return {rows_.row(index), rows_.row(index) + width()};
}

std::vector<double> StatisticsTable::sums() const {
  if (!keeps_doubles_) return rows_.sums();
  std::vector<double> totals(width());
  for (std::size_t i = 0; i < exact_.size(); ++i) totals[i % width()] += exact_[i];
  return totals;
}

}  // namespace iiet
