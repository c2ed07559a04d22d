// An operator for TorchScript that takes time and no processor: csm_bench::sleep(x, seconds) takes
// `seconds` for each row of x and returns a copy of x. With a network made of it many ranks fit on
// few cores, and what is left of a run is the program's own overhead. Preloaded by run_scaling.py
// (LD_PRELOAD), so that the program itself knows nothing of it. CSM_BENCH_SLOW_RANK names a rank of
// Open MPI's whose sleep is CSM_BENCH_SLOW_FACTOR times as long.
#include <torch/library.h>

#include <chrono>
#include <cstdlib>
#include <string_view>
#include <thread>

namespace {

double slowness() {
  const char* slow = std::getenv("CSM_BENCH_SLOW_RANK");
  const char* rank = std::getenv("OMPI_COMM_WORLD_RANK");
  const char* factor = std::getenv("CSM_BENCH_SLOW_FACTOR");
  const bool is_slow = slow && rank && factor && std::string_view(slow) == rank;
  return is_slow ? std::strtod(factor, nullptr) : 1.0;
}

at::Tensor sleep_then_copy(const at::Tensor& x, double seconds) {
  static const double factor = slowness();
  std::this_thread::sleep_for(
      std::chrono::duration<double>(seconds * factor * static_cast<double>(x.size(0))));
  return x.clone();
}

}  // namespace

TORCH_LIBRARY(csm_bench, library) {
  library.def("sleep(Tensor x, float seconds) -> Tensor");
  library.impl("sleep", c10::DispatchKey::CompositeExplicitAutograd, sleep_then_copy);
}
