#pragma once
#include <string>
#include <utility>

#include "csm/core/error.h"
#include "csm/model/device.h"

namespace csm {

/// The memory of a device does not hold what is asked of it.
class OutOfMemory : public RunError {
 public:
  /// @param reason LibTorch's own message
  OutOfMemory(ComputeDevice device, const std::string& reason);
};

/// A device stopped answering: what was computed before is sound, this process computes nothing
/// more on it.
class DeviceLost : public RunError {
 public:
  /// @param reason LibTorch's own message
  DeviceLost(ComputeDevice device, const std::string& reason);
  ComputeDevice device() const { return device_; }
  const std::string& reason() const { return reason_; }

 private:
  ComputeDevice device_;
  std::string reason_;
};

/// What went wrong in one line: the first line of LibTorch's message, but the last if TorchScript
/// puts its own call stack before it.
std::string torch_message(const std::exception& error);

/// Throws OutOfMemory or DeviceLost where an error of LibTorch tells of them; else returns.
void throw_device_fault(const std::exception& error, ComputeDevice device);

/// Returns work(), which computes on the device.
/// Errors: those of csm that work throws; OutOfMemory, DeviceLost, and RunError for any other of
/// LibTorch.
template <class Work>
auto with_device_errors(ComputeDevice device, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const Error&) {
    throw;
  } catch (const ContractError&) {
    throw;
  } catch (const std::exception& error) {
    throw_device_fault(error, device);
    throw RunError({"computing on " + to_string(device) + " failed", torch_message(error), ""});
  }
}

}  // namespace csm
