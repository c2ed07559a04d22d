#include "profile.h"

#include <torch/csrc/autograd/profiler_kineto.h>

#include <set>

namespace csm {

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
