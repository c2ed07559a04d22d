#include "csm/model/device_error.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace csm {
namespace {

// TorchScript's interpreter passes on the message of an error only, so the message tells what it
// was.
constexpr std::array<std::string_view, 3> memory_messages = {
    "out of memory", "can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED"};
constexpr std::array<std::string_view, 5> lost_messages = {
    "CUDA error", "CUDA driver error", "cuDNN error", "CUBLAS_STATUS_EXECUTION_FAILED",
    "CUBLAS_STATUS_INTERNAL_ERROR"};

template <std::size_t n>
bool holds_any(std::string_view text, const std::array<std::string_view, n>& parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  });
}

}  // namespace

OutOfMemory::OutOfMemory(ComputeDevice device, const std::string& reason)
    : RunError({"the memory of the device " + to_string(device) + " ran out", reason,
                "Lower --batch-size or --memory-limit; free the memory that other programs hold "
                "(nvidia-smi lists "
                "them); or take another device, or --device cpu."}) {}

DeviceLost::DeviceLost(ComputeDevice device, const std::string& reason)
    : RunError({"the device " + to_string(device) + " does not answer any more", reason,
                "Run the same command again, or with --device cpu."}),
      device_(device),
      reason_(reason) {}

std::string torch_message(const std::exception& error) {
  const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
  std::string text = torch_error != nullptr ? torch_error->what_without_backtrace() : error.what();
  text.erase(text.find_last_not_of(" \n") + 1);
  if (text.starts_with("The following operation failed in the TorchScript interpreter"))
    text.erase(0, text.rfind('\n') + 1);
  return text.substr(0, std::min<std::size_t>(text.find('\n'), 300));
}

void throw_device_fault(const std::exception& error, ComputeDevice device) {
  const std::string_view all = error.what();
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr ||
      holds_any(all, memory_messages))
    throw OutOfMemory(device, torch_message(error));
  if (dynamic_cast<const c10::AcceleratorError*>(&error) != nullptr ||
      holds_any(all, lost_messages))
    throw DeviceLost(device, torch_message(error));
}

}  // namespace csm
