#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/base/json.hpp"
#include "harness/base/token.hpp"

namespace iiet {

/// Throws InputError unless the input (empty path: standard input) is there. For use before a model is
/// loaded.
void require_readable(const std::string& path);

/// JSON objects, one a line, from a file or standard input (empty path), blank lines skipped; `each` gets the
/// object and `<input>:<line>` for messages.
void for_each_input_object(const std::string& path,
                           const std::function<void(Json, const std::string&)>& each);

/// A list of token ids, each in [0, vocabulary); throws InputError starting with `where`.
std::vector<TokenId> ids_of(const Json& json, const std::string& where, std::int64_t vocabulary);

}  // namespace iiet
