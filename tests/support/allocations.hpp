#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include <c10/core/Allocator.h>

namespace iiet::test {

/// Counts what LibTorch allocates on the CPU in this thread while it lives: a count that no timer disturbs.
class Allocations {
 public:
  Allocations() : meter_(std::make_shared<Meter>()), guard_(c10::DebugInfoKind::PROFILER_STATE, meter_) {}

  /// Bytes of all tensors together, freed ones too.
  std::int64_t total() const { return meter_->total; }
  /// Bytes of what is still held.
  std::int64_t live() const { return meter_->now; }
  /// Most bytes at one time.
  std::int64_t peak() const { return meter_->peak; }

 private:
  struct Meter : c10::MemoryReportingInfoBase {
    void reportMemoryUsage(void*, std::int64_t bytes, std::size_t, std::size_t, c10::Device) override {
      now += bytes;
      total += std::max<std::int64_t>(bytes, 0);
      peak = std::max(peak, now);
    }
    bool memoryProfilingEnabled() const override { return true; }
    std::int64_t now = 0, total = 0, peak = 0;
  };
  std::shared_ptr<Meter> meter_;
  c10::DebugInfoGuard guard_;
};

}  // namespace iiet::test
