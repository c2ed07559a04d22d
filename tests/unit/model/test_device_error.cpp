#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <gmock/gmock.h>

#include <stdexcept>

#include "csm/model/device_error.h"
#include "support/message_of.h"

namespace csm {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr ComputeDevice second_gpu = {.is_cuda = true, .index = 1};

template <class Thrown>
[[noreturn]] void compute_and_throw(const Thrown& thrown) {
  with_device_errors(second_gpu, [&] { throw thrown; });
  throw std::logic_error("nothing was thrown");
}

c10::SourceLocation here() { return {__func__, __FILE__, static_cast<std::uint32_t>(__LINE__)}; }

TEST(DeviceError, names_the_device_whose_memory_ran_out_and_what_to_do) {
  const c10::OutOfMemoryError thrown(here(), "CUDA out of memory. Tried to allocate 2.00 GiB.");
  EXPECT_THAT(
      test::message_of<OutOfMemory>([&] { compute_and_throw(thrown); }),
      AllOf(HasSubstr("cuda:1 ran out: CUDA out of memory. Tried to allocate 2.00 GiB."),
            HasSubstr("--batch-size"), HasSubstr("--device cpu"), Not(HasSubstr("frame #"))));
}

TEST(DeviceError, knows_memory_that_ran_out_by_the_message_that_the_interpreter_passes_on) {
  for (const char* words :
       {"The following operation failed in the TorchScript interpreter.\nTraceback: f\n"
        "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB.",
        "CUDA error: out of memory",
        "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory"})
    EXPECT_THROW(compute_and_throw(std::runtime_error(words)), OutOfMemory) << words;
}

TEST(DeviceError, names_the_device_that_does_not_answer_and_says_to_run_again) {
  const c10::AcceleratorError thrown(here(), 719, "CUDA error: unspecified launch failure");
  EXPECT_THAT(
      test::message_of<DeviceLost>([&] { compute_and_throw(thrown); }),
      AllOf(HasSubstr("cuda:1 does not answer any more (CUDA error: unspecified launch failure)"),
            HasSubstr("same command again")));
  EXPECT_THROW(compute_and_throw(std::runtime_error("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED")),
               DeviceLost);
}

TEST(DeviceError, passes_on_what_csm_says_and_shortens_what_libtorch_says) {
  EXPECT_THROW(compute_and_throw(InputError(std::string("CUDA error in a name"))), InputError);
  EXPECT_THROW(compute_and_throw(ImageError("no face", "")), ImageError);
  const auto add_wrong_sizes = [] {
    return with_device_errors(second_gpu, [] { return at::ones(2) + at::ones(3); });
  };
  EXPECT_THAT(test::message_of<RunError>(add_wrong_sizes),
              AllOf(HasSubstr("computing on cuda:1 failed (The size of tensor a (2)"),
                    Not(HasSubstr("frame #"))));
  EXPECT_EQ(with_device_errors(second_gpu, [] { return 7; }), 7);
}

}  // namespace
}  // namespace csm
