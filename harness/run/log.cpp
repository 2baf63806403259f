#include "harness/run/log.hpp"

#include <algorithm>

#include "harness/report/report.hpp"

namespace iiet {

void RunLog::add(std::string_view text) {
  std::string line = utc_time() + " " + std::string(text);
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < ' '; }, ' ');
  file_.append(line);
}

}  // namespace iiet
