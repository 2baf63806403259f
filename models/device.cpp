#include "models/device.hpp"

#include <fstream>
#include <string>

#include "harness/base/error.hpp"

#ifdef IIET_CUDA
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <cuda_runtime_api.h>
#endif

namespace iiet {

#ifdef IIET_CUDA

namespace {

std::string version_text(int version) { return fmt::format("{}.{}", version / 1000, version % 1000 / 10); }

}  // namespace

c10::Device parse_device(const std::string& name) {
  if (name == "cpu") return c10::Device(c10::kCPU);
  const int count = c10::cuda::device_count();  // 0 without a driver
  if (name == "auto") return count > 0 ? c10::Device(c10::kCUDA, 0) : c10::Device(c10::kCPU);
  const bool numbered = name.starts_with("cuda:") && name.size() > 5 && name.size() < 9 &&
                        name.find_first_not_of("0123456789", 5) == std::string::npos;
  require(name == "cuda" || numbered, "device '{}': allowed are cpu, cuda, cuda:N, auto", name);
  const int index = numbered ? std::stoi(name.substr(5)) : 0;
  require(index < count, "device '{}': this machine has {} CUDA device(s)", name, count);
  return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index));
}

int compute_capability(c10::Device device) {
  int major = 0, minor = 0;
  if (!device.is_cuda()) return 0;
  if (cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device.index()) != cudaSuccess ||
      cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device.index()) != cudaSuccess)
    throw Error(fmt::format("CUDA device {}: its properties cannot be read", device.index()));
  return 10 * major + minor;
}

Json device_description(c10::Device device) {
  if (!device.is_cuda()) return nullptr;
  int runtime = 0, driver = 0;
  cudaDeviceProp properties{};
  cudaRuntimeGetVersion(&runtime);
  cudaDriverGetVersion(&driver);
  if (cudaGetDeviceProperties(&properties, device.index()) != cudaSuccess)
    throw Error(fmt::format("CUDA device {}: its properties cannot be read", device.index()));
  return {{"runtime", version_text(runtime)}, {"device", properties.name}, {"driver", version_text(driver)}};
}

#else

c10::Device parse_device(const std::string& name) {
  require(name == "cpu" || name == "auto" || name.starts_with("cuda"),
          "device '{}': allowed are cpu, cuda, cuda:N, auto", name);
  require(!name.starts_with("cuda"),
          "device '{}': this program was built without CUDA (build with -DIIET_CUDA=ON)", name);
  return c10::Device(c10::kCPU);
}

int compute_capability(c10::Device) { return 0; }

Json device_description(c10::Device) { return nullptr; }

#endif

std::int64_t peak_memory_bytes([[maybe_unused]] c10::Device device) {
#ifdef IIET_CUDA
  if (device.is_cuda()) {
    const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(device.index());
    return stats.allocated_bytes[static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE)].peak;
  }
#endif
  std::ifstream status("/proc/self/status");
  for (std::string key; status >> key;) {
    std::int64_t kilobytes = 0;
    if (key == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
    std::getline(status, key);
  }
  return 0;
}

void reset_peak_memory([[maybe_unused]] c10::Device device) {
#ifdef IIET_CUDA
  if (device.is_cuda()) return c10::cuda::CUDACachingAllocator::resetPeakStats(device.index());
#endif
  std::ofstream("/proc/self/clear_refs") << "5";  // resets VmHWM
}

}  // namespace iiet
