#include "csm/pipeline/rank_setup.h"

#include <string>
#include <vector>

#include "csm/cluster/agreement.h"
#include "csm/cluster/cores.h"
#include "csm/core/log.h"

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

/// Says where it is the launcher that leaves cores idle; a batch system's or a container's limit is no mistake.
void warn_of_binding(const std::vector<CoreReadings>& cores) {
  const auto n_bound = static_cast<int>(cores.front().mask.size());
  const int fair_share = cores.front().n_in_cpuset / static_cast<int>(cores.size());
  if (n_bound >= fair_share) return;
  log_warning("the launcher bound this rank to " + std::to_string(n_bound) + " of its " + std::to_string(fair_share) +
              " cores; `mpirun --bind-to none` gives it all");
}

}  // namespace

RankSetup set_up_rank(const Communicator& communicator, const ModelOptions& options) {
  RankSetup setup;
  agree(communicator,
        [&] { setup.device = choose_device(options.device, communicator.local_rank(), count_cuda_devices()); });
  const std::vector<CoreReadings> cores = gather_cores(communicator);
  const auto local_rank = static_cast<std::size_t>(communicator.local_rank());
  setup.n_threads = options.threads_per_rank.value_or(threads_for_rank(cores, local_rank));
  if (communicator.is_root() && !options.threads_per_rank && !setup.device.is_cuda) warn_of_binding(cores);
  configure_compute(setup.n_threads);
  return setup;
}

}  // namespace csm
