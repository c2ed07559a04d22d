#include "support/compute_device.h"

#include <ATen/ATen.h>

#include <cstdlib>
#include <string>

#include "csm/core/error.h"
#include "csm/model/compute_settings.h"

namespace csm::test {
namespace {

ComputeDevice read_device() {
  const char* setting = std::getenv("CSM_TEST_DEVICE");
  const std::string text = setting == nullptr ? "cpu" : setting;
  if (text == "cpu") return {};
  if (!text.starts_with("cuda:"))
    throw InputError("CSM_TEST_DEVICE is '" + text + "'. Valid: cpu, cuda:N");
  configure_compute(1);
  return {.is_cuda = true, .index = std::stoi(text.substr(5))};
}

}  // namespace

ComputeDevice test_device() {
  static const ComputeDevice device = read_device();
  return device;
}

const char* reason_to_skip_cpu_kernels() { return test_device().is_cuda ? "kernels for CPUs" : ""; }

at::Tensor on_test_device(const at::Tensor& tensor) {
  const ComputeDevice device = test_device();
  return device.is_cuda
             ? tensor.to(at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(device.index)))
             : tensor;
}

}  // namespace csm::test
