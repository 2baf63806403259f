#include "harness/app/line_output.hpp"

#include <unistd.h>

#include "harness/app/command.hpp"

namespace iiet {

LineOutput::LineOutput(const std::string& path) {
  if (!path.empty()) file_.emplace(path);
}

bool LineOutput::is_terminal() const { return !file_ && ::isatty(STDOUT_FILENO) == 1; }

void LineOutput::write(const std::string& line) {
  if (file_)
    file_->write(line);
  else
    print(line);
}

void LineOutput::finish() {
  if (file_) file_->commit();
}

}  // namespace iiet
