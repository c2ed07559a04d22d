#include "csm/model/device.h"

#include <ATen/Context.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>

#include "csm/core/error.h"
#include "csm/core/sizes.h"
#include "csm/core/text.h"
#include "csm/model/model_options.h"
#include "cuda_driver.h"

namespace csm {
namespace {

/// What distinguishes two devices of a node.
std::string identity_of(const VisibleDevices& visible, std::size_t ordinal) {
  const std::string& uuid = visible.devices[ordinal].uuid;
  return uuid.empty() ? "ordinal " + std::to_string(ordinal) : uuid;
}

[[noreturn]] void refuse_missing(const std::string& host, std::size_t local_rank,
                                 const VisibleDevices& visible) {
  throw InputError({"--device cuda, but local rank " + std::to_string(local_rank) + " of " + host +
                        " sees no CUDA device",
                    visible.why_none,
                    "Use --device cpu or auto, or let the launcher give each rank a device."});
}

[[noreturn]] void refuse_sharing(const ModelOptions& options, const std::string& host,
                                 const std::string& device, const std::vector<std::string>& sharers,
                                 std::size_t n_devices) {
  const std::string allowed = std::to_string(options.ranks_per_device);
  const std::string n_fitting = std::to_string(n_devices * options.ranks_per_device);
  throw InputError(
      {std::to_string(sharers.size()) + " ranks of " + host + " (local ranks " + join(sharers) +
           ") would share one CUDA device (" + device + "), --ranks-per-device allows " + allowed,
       "each holds the networks and its batches in the device's memory, and they wait for each "
       "other",
       "Start " + n_fitting + " ranks on a node with these " + std::to_string(n_devices) +
           " devices (mpirun --map-by ppr:" + n_fitting + ":node, srun --ntasks-per-node " +
           n_fitting + " --gpus-per-task 1), or give --ranks-per-device " +
           std::to_string(sharers.size()) + ", or --device cpu."});
}

}  // namespace

std::string to_string(ComputeDevice device) {
  return device.is_cuda ? "cuda:" + std::to_string(device.index) : std::string("cpu");
}

std::string explain_no_device(bool torch_has_cuda, bool driver_is_there,
                              const char* visible_setting) {
  if (!torch_has_cuda) return "LibTorch is a CPU build";
  if (!driver_is_there) return "the driver's library libcuda.so.1 is missing or too old";
  if (visible_setting != nullptr) {
    return "CUDA_VISIBLE_DEVICES is '" + std::string(visible_setting) + "' and shows none";
  }
  return "the driver shows none; nvidia-smi -L lists them";
}

VisibleDevices find_cuda_devices() {
  // Whether LibTorch was built with CUDA; hasCUDA() asks whether a device is there too.
  const bool torch_has_cuda = at::Context::hasCUDART();
  const auto driver = torch_has_cuda ? ask_cuda_driver() : std::nullopt;
  const std::size_t n_devices = torch_has_cuda && driver ? at::getNumGPUs() : 0;
  VisibleDevices visible;
  if (n_devices == 0) {
    visible.why_none =
        explain_no_device(torch_has_cuda, driver.has_value(), std::getenv("CUDA_VISIBLE_DEVICES"));
    return visible;
  }
  visible.devices = *driver;
  visible.devices.resize(n_devices);
  return visible;
}

std::vector<ComputeDevice> assign_devices(const ModelOptions& options,
                                          const std::vector<VisibleDevices>& visible,
                                          const std::string& host) {
  CSM_EXPECT(options.ranks_per_device >= 1);
  std::vector<ComputeDevice> chosen(visible.size());
  if (options.device == Device::cpu) return chosen;

  // Ranks that see fewer devices choose first.
  std::vector<std::size_t> ranks(visible.size());
  std::iota(ranks.begin(), ranks.end(), std::size_t{0});
  std::stable_sort(ranks.begin(), ranks.end(), [&](std::size_t a, std::size_t b) {
    return visible[a].devices.size() < visible[b].devices.size();
  });

  // Each takes the device that the fewest have, of those that it sees.
  std::map<std::string, std::vector<std::size_t>> users;  // of each device that any rank sees
  for (const std::size_t rank : ranks) {
    const std::size_t n_seen = visible[rank].devices.size();
    if (n_seen == 0 && options.device == Device::cuda) refuse_missing(host, rank, visible[rank]);
    std::size_t best = 0;
    for (std::size_t ordinal = 0; ordinal < n_seen; ++ordinal) {
      if (users[identity_of(visible[rank], ordinal)].size() <
          users[identity_of(visible[rank], best)].size()) {
        best = ordinal;
      }
    }
    if (n_seen == 0) continue;
    users[identity_of(visible[rank], best)].push_back(rank);
    chosen[rank] = {.is_cuda = true, .index = static_cast<int>(best)};
  }

  // More ranks on one device than are allowed are refused with all that share it.
  for (auto& [identity, sharing] : users) {
    if (int_size(sharing) <= options.ranks_per_device) continue;
    std::sort(sharing.begin(), sharing.end());
    const int ordinal = chosen[sharing.front()].index;
    std::vector<std::string> texts;
    for (const std::size_t rank : sharing) texts.push_back(std::to_string(rank));
    const std::string name = visible[sharing.front()].devices[ordinal].name;
    refuse_sharing(options, host, name.empty() ? identity : name + ", " + identity, texts,
                   users.size());
  }
  return chosen;
}

}  // namespace csm
