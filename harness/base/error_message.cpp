#include "harness/base/error_message.hpp"

#include <filesystem>
#include <new>

namespace iiet {

std::string message_of(const std::exception& error) {
  if (const auto* path = dynamic_cast<const std::filesystem::filesystem_error*>(&error))
    return path->path1().string() + ": " + path->code().message();
  if (dynamic_cast<const std::bad_alloc*>(&error)) return "out of memory";
  const std::string text = error.what();
  return text.substr(0, text.find("\nException raised from"));  // LibTorch adds a stack trace
}

}  // namespace iiet
