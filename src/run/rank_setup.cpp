#include "rank_setup.h"

#include <string>
#include <vector>

#include "csm/cluster/agreement.h"
#include "csm/cluster/cores.h"
#include "csm/core/bytes.h"
#include "csm/core/error.h"
#include "csm/core/log.h"
#include "csm/core/sizes.h"
#include "csm/model/compute_settings.h"
#include "csm/model/model_options.h"

namespace csm {
namespace {

/// What every rank of the node reads about its cores, by local rank. @note Collective.
std::vector<CoreReadings> gather_cores(const Communicator& communicator) {
  CoreReadings mine;
  agree(communicator, [&] { mine = read_cores(); });
  std::vector<CoreReadings> cores;
  for (const std::string& bytes : communicator.all_gather_on_node(pack_cores(mine)))
    cores.push_back(unpack_cores(bytes));
  return cores;
}

/// Says where it is the launcher that leaves cores idle; a batch system's or a container's limit is
/// no mistake.
void warn_of_binding(const std::vector<CoreReadings>& cores) {
  const auto n_bound = int_size(cores.front().mask);
  const int fair_share = cores.front().n_in_cpuset / int_size(cores);
  if (n_bound >= fair_share) return;
  log_warning("the launcher bound this rank to " + std::to_string(n_bound) + " of its " +
              std::to_string(fair_share) + " cores; `mpirun --bind-to none` gives it all");
}

std::string pack_devices(const VisibleDevices& visible) {
  ByteWriter writer;
  writer.put(visible.why_none);
  for (const CudaDevice& device : visible.devices) {
    writer.put(device.name);
    writer.put(device.uuid);
  }
  return writer.bytes();
}

VisibleDevices unpack_devices(const std::string& bytes) {
  VisibleDevices visible;
  ByteReader reader(bytes);
  reader.get(visible.why_none);
  while (!reader.at_end()) {
    CudaDevice& device = visible.devices.emplace_back();
    reader.get(device.name);
    reader.get(device.uuid);
  }
  return visible;
}

/// What every rank of the node sees, by local rank. @note Collective.
std::vector<VisibleDevices> gather_devices(const Communicator& communicator, Device option) {
  VisibleDevices mine;
  agree(communicator, [&] {
    if (option != Device::cpu) mine = find_cuda_devices();
  });
  std::vector<VisibleDevices> visible;
  for (const std::string& bytes : communicator.all_gather_on_node(pack_devices(mine))) {
    visible.push_back(unpack_devices(bytes));
  }
  return visible;
}

/// @note Collective.
void refuse_mixed_kinds(const Communicator& communicator, ComputeDevice device) {
  const std::int64_t n_cuda = communicator.all_sum(device.is_cuda ? 1 : 0);
  agree(communicator, [&] {
    if (device.is_cuda || n_cuda == 0) return;
    throw InputError(
        {"--device auto finds a CUDA device for " + std::to_string(n_cuda) + " of " +
             std::to_string(communicator.size()) + " ranks, but none for rank " +
             std::to_string(communicator.rank()) + " on " + communicator.host(),
         "the CPU and a GPU round differently, so the result would depend on who takes which image",
         "Give every rank a device (srun --gpus-per-task 1), or use --device cpu."});
  });
}

}  // namespace

RankSetup set_up_rank(const Communicator& communicator, const ModelOptions& options) {
  RankSetup setup;
  const auto local_rank = static_cast<std::size_t>(communicator.local_rank());
  const std::vector<VisibleDevices> visible = gather_devices(communicator, options.device);
  agree(communicator, [&] {
    setup.device = assign_devices(options, visible, communicator.host()).at(local_rank);
    if (setup.device.is_cuda) setup.cuda = visible[local_rank].devices[setup.device.index];
  });
  refuse_mixed_kinds(communicator, setup.device);

  const std::vector<CoreReadings> cores = gather_cores(communicator);
  setup.n_threads = options.threads_per_rank.value_or(threads_for_rank(cores, local_rank));
  if (communicator.is_root() && !options.threads_per_rank && !setup.device.is_cuda)
    warn_of_binding(cores);
  set_compute_threads(setup.n_threads);
  return setup;
}

}  // namespace csm
