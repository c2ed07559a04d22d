#include "device_meter.h"

#include <ATen/ATen.h>
#include <c10/core/Allocator.h>
#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <torch/csrc/autograd/profiler_kineto.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <utility>

namespace csm {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Hears of every block that LibTorch's allocators give to this thread or take back.
class PeakReporter : public c10::MemoryReportingInfoBase {
 public:
  void reportMemoryUsage(void* /*ptr*/, std::int64_t alloc_size, std::size_t total_allocated,
                         std::size_t total_reserved, c10::Device device) override {
    live_ += alloc_size;
    peak_.tensor_bytes = std::max(peak_.tensor_bytes, live_);
    if (device.is_cpu()) return;
    peak_.device_bytes = std::max(peak_.device_bytes, static_cast<std::int64_t>(total_allocated));
    peak_.reserved_bytes =
        std::max(peak_.reserved_bytes, static_cast<std::int64_t>(total_reserved));
  }
  bool memoryProfilingEnabled() const override { return true; }
  const MeteredMemory& peak() const { return peak_; }

 private:
  std::int64_t live_ = 0;
  MeteredMemory peak_;
};

}  // namespace

MeteredTime meter_time(ComputeDevice device, const std::function<void()>& work) {
  const Clock::time_point start = Clock::now();
  if (!device.is_cuda) {
    work();
    return {.seconds = seconds_since(start), .device_ms = std::nullopt};
  }
  const c10::Device where(c10::kCUDA, static_cast<c10::DeviceIndex>(device.index));
  const c10::impl::VirtualGuardImpl guard(c10::kCUDA);
  const c10::Stream stream = guard.getStream(where);
  // The default flag is that of events without a time.
  c10::Event begin(c10::kCUDA, c10::EventFlag::BACKEND_DEFAULT);
  c10::Event end(c10::kCUDA, c10::EventFlag::BACKEND_DEFAULT);
  begin.record(stream);
  work();
  end.record(stream);
  end.synchronize();
  return {.seconds = seconds_since(start), .device_ms = begin.elapsedTime(end)};
}

MeteredMemory meter_memory(const std::function<void()>& work) {
  auto reporter = std::make_shared<PeakReporter>();
  {
    const c10::DebugInfoGuard listening(c10::DebugInfoKind::PROFILER_STATE, reporter);
    work();
  }
  return reporter->peak();
}

void profile_work(const std::filesystem::path& path, bool has_cuda,
                  const std::function<void()>& work) {
  namespace profiler = torch::autograd::profiler;
  using torch::profiler::impl::ActivityType;
  std::set<ActivityType> activities = {ActivityType::CPU};
  if (has_cuda) activities.insert(ActivityType::CUDA);
  const torch::profiler::impl::ProfilerConfig config(torch::profiler::impl::ProfilerState::KINETO);
  profiler::prepareProfiler(config, activities);
  profiler::enableProfiler(config, activities);
  work();
  profiler::disableProfiler()->save(path.string());
}

}  // namespace csm
