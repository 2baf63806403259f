#pragma once

#include <cstddef>
#include <functional>

namespace iiet {

/// Calls `work(i)` once for every i in [0, count) on up to `threads` threads (the caller's among them). Order
/// is unspecified; the first exception stops the rest and is rethrown here.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

}  // namespace iiet
