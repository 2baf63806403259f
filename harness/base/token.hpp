#pragma once

#include <cstdint>

namespace iiet {

/// Index into a vocabulary.
using TokenId = std::int32_t;

}  // namespace iiet
