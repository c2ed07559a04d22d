// An operator for TorchScript that fails as a GPU does: csm_test::fault(x) returns x until
// CSM_TEST_FAULT says that it is time. "memory N CALLS": after so many calls, memory runs out for
// batches above N. "lost CALLS": after so many calls the device does not answer any more. Preloaded
// by tests/system/test_device_faults.py (LD_PRELOAD), so that the program itself knows nothing of
// it.
#include <c10/util/Exception.h>
#include <torch/library.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

namespace {

at::Tensor fault(const at::Tensor& x) {
  static std::atomic<std::int64_t> n_calls = 0;
  const char* setting = std::getenv("CSM_TEST_FAULT");
  std::istringstream words(setting == nullptr ? "" : setting);
  std::string kind;
  std::int64_t largest = 0;
  std::int64_t n_good = 0;
  words >> kind;
  if (kind == "memory") words >> largest;
  words >> n_good;
  if (kind.empty() || n_calls++ < n_good) return x.clone();
  if (kind == "lost") {
    throw c10::AcceleratorError({__func__, __FILE__, static_cast<std::uint32_t>(__LINE__)}, 719,
                                "CUDA error: unspecified launch failure");
  }
  if (x.size(0) > largest)
    TORCH_CHECK_WITH(OutOfMemoryError, false, "CUDA out of memory. Tried to allocate 2.00 GiB.");
  return x.clone();
}

}  // namespace

TORCH_LIBRARY(csm_test, library) {
  library.def("fault(Tensor x) -> Tensor");
  library.impl("fault", c10::DispatchKey::CompositeExplicitAutograd, fault);
}
