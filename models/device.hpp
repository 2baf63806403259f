#pragma once

#include <cstdint>
#include <string>

#include <c10/core/Device.h>

#include "harness/base/json.hpp"

namespace iiet {

/// Largest memory in use since reset_peak_memory, bytes: of the caching allocator on CUDA, resident pages of
/// the process on the CPU.
std::int64_t peak_memory_bytes(c10::Device device);

/// Starts a new measurement. Where the kernel does not allow it, the peak of the whole run is reported.
void reset_peak_memory(c10::Device device);

/// `cpu`, `cuda`, `cuda:1`, `auto` (the first CUDA device where there is one, else the CPU). Throws
/// InputError where the device is not there or the program was built without CUDA.
c10::Device parse_device(const std::string& name);

/// Ten times that of a CUDA device: 80, 90; 0 for the CPU.
int compute_capability(c10::Device device);

/// For reports: runtime, device and driver of a CUDA device; null for the CPU.
Json device_description(c10::Device device);

}  // namespace iiet
