#pragma once

#include <exception>
#include <string>

namespace iiet {

/// What an exception says, for people: one line, without stack traces.
std::string message_of(const std::exception& error);

}  // namespace iiet
