#pragma once

#include <cmath>
#include <cstddef>

namespace iiet {

/// The whole part of a number, but no less than 0 and no more than `most`; 0 of NaN. A conversion of a number
/// that does not fit is undefined.
inline std::size_t whole_part(double number, std::size_t most) {
  if (!(number >= 1)) return 0;
  return number < static_cast<double>(most) ? static_cast<std::size_t>(number) : most;
}

}  // namespace iiet
