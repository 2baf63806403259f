#pragma once

#include <nlohmann/json.hpp>

namespace iiet {

/// JSON whose objects keep the order of their keys, as documents and reports need.
using Json = nlohmann::ordered_json;

}  // namespace iiet
