#pragma once
#include <string>
#include <vector>

namespace csm {

struct ModelOptions;

/// The device that a rank computes on.
struct ComputeDevice {
  bool is_cuda = false;
  int index = 0;
};

/// "cpu" or "cuda:N"
std::string to_string(ComputeDevice device);

/// A CUDA device as the driver names it. Empty texts if the driver does not name them.
struct CudaDevice {
  std::string name;
  std::string uuid;  ///< "6f0c2b1e-...", as nvidia-smi -L shows it after "GPU-" or "MIG-"
};

/// The CUDA devices that one process sees, by their ordinal.
struct VisibleDevices {
  std::vector<CudaDevice> devices;
  std::string why_none;  ///< why there is no device, if there is none
};

/// What this process sees: as many devices as LibTorch counts, with the driver's names.
VisibleDevices find_cuda_devices();

/// A sentence on why there is no device. @param visible_setting CUDA_VISIBLE_DEVICES, null if it is
/// not set
std::string explain_no_device(bool torch_has_cuda, bool driver_is_there,
                              const char* visible_setting);

/// Returns the device of each rank of a node, by local rank; the same on all ranks of the node.
///
/// Each rank takes, of the devices that it sees, the one that the fewest ranks have taken; ranks
/// that see fewer devices choose first. So ranks that all see the node's devices get one each in
/// their order, ranks that the launcher (srun --gpus-per-task) gave a device each keep it, and
/// ranks that see those of their socket get one of these. Two ranks share a device if its UUID is
/// the same, whatever its ordinal is for them; without UUIDs, if the ordinal is.
/// @param visible by local rank @param host for the messages
/// Errors: InputError for Device::cuda if a rank sees none; if a device would serve more than
/// options.ranks_per_device ranks.
std::vector<ComputeDevice> assign_devices(const ModelOptions& options,
                                          const std::vector<VisibleDevices>& visible,
                                          const std::string& host);

}  // namespace csm
