#include "csm/model/compute_settings.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <malloc.h>
#include <torch/version.h>

#include <cstdlib>
#include <limits>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/log.h"

namespace csm {
namespace {

constexpr const char* cublas_workspace = "CUBLAS_WORKSPACE_CONFIG";

std::string on_off(bool value) { return value ? "on" : "off"; }

}  // namespace

void set_compute_threads(int n_threads) {
  CSM_EXPECT(n_threads >= 1);
  at::set_num_threads(n_threads);
}

void configure_compute(int n_threads) {
  set_compute_threads(n_threads);
  configure_compute();
}

void configure_compute() {
  // The activations of every batch have the same sizes. Left alone, glibc maps and returns such
  // large blocks anew each time, and the kernel clears their pages: a fifth to a third of the
  // forward's time on a CPU. Kept in the heap they are used again.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_TOP_PAD, 64 << 20);
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/true);
  // With deterministic algorithms LibTorch fills every new tensor with NaN, to expose reads of
  // memory that nobody wrote: a twelfth of the forward's time. Every kernel writes its whole
  // output, so the values do not depend on it.
  at::globalContext().setDeterministicFillUninitializedMemory(false);
  at::globalContext().setDeterministicCuDNN(true);
  at::globalContext().setBenchmarkCuDNN(false);
  at::globalContext().setAllowTF32CuDNN(false);
  at::globalContext().setAllowTF32CuBLAS(false);
  // cuBLAS is repeatable only with a workspace of its own, and reads this when its first handle is
  // made.
  setenv(cublas_workspace, ":4096:8", /*replace=*/0);
}

std::vector<std::pair<std::string, std::string>> compute_settings() {
  const at::Context& context = at::globalContext();
  const char* workspace = std::getenv(cublas_workspace);
  return {{"deterministic_algorithms", on_off(context.deterministicAlgorithms())},
          {"cudnn_deterministic", on_off(context.deterministicCuDNN())},
          {"cudnn_benchmark", on_off(context.benchmarkCuDNN())},
          {"cudnn_tf32", on_off(context.allowTF32CuDNN())},
          {"cublas_tf32", on_off(context.allowTF32CuBLAS())},
          {"cublas_workspace_config", workspace != nullptr ? workspace : "unset"}};
}

std::string torch_version() { return TORCH_VERSION; }

std::thread start_compute_thread(std::function<void()> work) {
  // The number that computes with counts for the thread that sets it; a thread that has not
  // computed yet takes over the last one that was set anywhere. So this one takes its own now.
  at::get_num_threads();
  return std::thread([work = std::move(work), listener = current_warning_listener()] {
    const WarningScope scope(listener);
    at::set_num_threads(1);
    work();
  });
}

}  // namespace csm
