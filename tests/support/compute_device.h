#pragma once
#include <ATen/core/Tensor.h>

#include "csm/model/device.h"

namespace csm::test {

/// The device on which tests construct networks: CSM_TEST_DEVICE, "cpu" (where it is not set) or
/// "cuda:N". On a GPU LibTorch is set as in a run: without TF32, deterministic.
ComputeDevice test_device();

/// Why a test of kernels for CPUs does not run; empty if tests are on a CPU.
const char* reason_to_skip_cpu_kernels();

/// The tensor on test_device().
at::Tensor on_test_device(const at::Tensor& tensor);

}  // namespace csm::test
