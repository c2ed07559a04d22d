#include "csm/occlusion/forward_cost.h"

#include <ATen/ATen.h>
#include <ATen/record_function.h>
#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "csm/core/error.h"
#include "csm/model/transfer.h"
#include "csm/occlusion/occlusion_options.h"

namespace csm {
namespace {

/// Counts what a forward costs: the bytes that LibTorch's allocators hand out on this thread, and
/// the multiply-adds of its convolutions and matrix products. Belongs to the thread that it is set
/// for.
class CountingReporter : public c10::MemoryReportingInfoBase {
 public:
  /// The one that is set for this thread. LibTorch calls the functions below without an argument of
  /// ours.
  static CountingReporter& of_this_thread() {
    auto* found = dynamic_cast<CountingReporter*>(
        c10::ThreadLocalDebugInfo::get(c10::DebugInfoKind::PROFILER_STATE));
    CSM_EXPECT(found != nullptr);
    return *found;
  }

  void reportMemoryUsage(void* /*ptr*/, std::int64_t alloc_size, std::size_t /*total_allocated*/,
                         std::size_t /*total_reserved*/, c10::Device /*device*/) override {
    live_ += alloc_size;
    peak_ = std::max(peak_, live_);
  }
  bool memoryProfilingEnabled() const override { return true; }
  void add_multiply_adds(double n) { n_multiply_adds_ += n; }

  std::int64_t peak() const { return peak_; }
  double n_multiply_adds() const { return n_multiply_adds_; }

 private:
  std::int64_t live_ = 0;
  std::int64_t peak_ = 0;
  double n_multiply_adds_ = 0;
};

/// Of a black box: the image itself, its copy on the way, and its bytes on the line.
constexpr double copies_of_input = 3;

/// What a convolution needs to know at its end; its inputs may be gone by then.
struct ConvolutionContext : at::ObserverContext {
  std::int64_t multiply_adds_per_output = 0;
};

/// An argument of the operator that is about to run. The interpreter shows its whole stack; the
/// arguments are its end.
at::Tensor argument(const at::RecordFunction& function, std::size_t index) {
  const auto stack = function.inputs();
  CSM_EXPECT(stack.size() >= function.num_inputs() && index < function.num_inputs());
  return stack[stack.size() - function.num_inputs() + index].toTensor();
}

std::unique_ptr<at::ObserverContext> before_operator(const at::RecordFunction& function) {
  const std::string_view name = function.name();
  if (name == "aten::addmm" || name == "aten::mm") {
    const std::size_t first = name == "aten::addmm" ? 1 : 0;
    const std::int64_t n =
        argument(function, first).numel() * argument(function, first + 1).size(1);
    CountingReporter::of_this_thread().add_multiply_adds(static_cast<double>(n));
  }
  // Every convolution of a script ends there; a traced graph names it directly.
  if (name != "aten::_convolution") return nullptr;
  const at::Tensor weight = argument(function, 1);
  auto context = std::make_unique<ConvolutionContext>();
  context->multiply_adds_per_output = weight.numel() / weight.size(0);
  return context;
}

void after_operator(const at::RecordFunction& function, at::ObserverContext* context) {
  if (context == nullptr || function.outputs().empty()) return;
  const at::Tensor output = function.outputs().back().toTensor();
  const std::int64_t n =
      output.numel() * static_cast<ConvolutionContext*>(context)->multiply_adds_per_output;
  CountingReporter::of_this_thread().add_multiply_adds(static_cast<double>(n));
}

struct Measured {
  double peak_bytes = 0;
  double multiply_adds = 0;
};

Measured measure(const Network& network, std::int64_t n_images) {
  const InputContract& input = network.contract().input;
  auto reporter = std::make_shared<CountingReporter>();
  {
    const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, reporter);
    const auto handle =
        at::addThreadLocalCallback(at::RecordFunctionCallback(before_operator, after_operator)
                                       .needsInputs(true)
                                       .needsOutputs(true)
                                       .scopes({at::RecordScope::FUNCTION}));
    const at::RecordFunctionGuard enabled(true);
    network.forward(
        at::zeros({n_images, 3, input.height, input.width}, torch_device(network.device())));
    at::removeCallback(handle);
  }
  return {.peak_bytes = static_cast<double>(reporter->peak()),
          .multiply_adds = reporter->n_multiply_adds()};
}

/// What a model costs that computes elsewhere: what it declares, else this process holds its batch
/// and no more.
ForwardCost cost_of_black_box(const Network& network) {
  if (const auto declared = network.backend().declared_cost()) {
    return {.bytes_per_image = declared->bytes_per_image,
            .multiply_adds_per_image = declared->multiply_adds_per_image};
  }
  const InputContract& input = network.contract().input;
  const double image_bytes =
      3.0 * input.height * input.width * sizeof(float) * n_images_of_input(network.contract());
  return {.bytes_per_image = copies_of_input * image_bytes, .multiply_adds_per_image = 0};
}

}  // namespace

ForwardCost measure_forward_cost(const Network& network) {
  if (!network.capabilities().runs_operators) return cost_of_black_box(network);
  measure(network, 1);  // what is set up once is not counted
  const Measured one = measure(network, 1);
  const Measured three = measure(network, 3);
  const double growth = (three.peak_bytes - one.peak_bytes) / 2;
  return {.bytes_per_image = std::max(growth, one.peak_bytes / 2),
          .multiply_adds_per_image = one.multiply_adds};
}

int choose_batch_size(const OcclusionOptions& options, const ForwardCost& cost,
                      ComputeDevice device) {
  if (options.batch_size) return *options.batch_size;
  const double limit = static_cast<double>(options.memory_limit) * 1e6;
  if (cost.bytes_per_image > limit) {
    throw InputError(
        {"one image needs " +
             std::to_string(static_cast<std::int64_t>(cost.bytes_per_image / 1e6) + 1) +
             " MB in the network, --memory-limit is " + std::to_string(options.memory_limit) +
             " MB",
         "not even a batch of one fits", "Raise --memory-limit."});
  }
  // A CPU's caches favour small batches; a GPU needs more images to be busy.
  int batch_size = device.is_cuda ? 256 : 32;
  while (batch_size > 1 && batch_size * cost.bytes_per_image > limit) batch_size /= 2;
  return batch_size;
}

}  // namespace csm
