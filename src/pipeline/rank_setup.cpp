#include "csm/pipeline/rank_setup.h"

#include <string>

#include "csm/cluster/cores.h"
#include "csm/core/log.h"

namespace csm {

RankSetup set_up_rank(const Communicator& communicator, const ModelOptions& options) {
  const Cores cores = count_cores();
  const int fair_share = cores.on_node / communicator.n_local_ranks();
  RankSetup setup;
  setup.device = choose_device(options.device, communicator.local_rank(), count_cuda_devices());
  setup.n_threads = options.threads_per_rank.value_or(threads_for_rank(cores, communicator.n_local_ranks()));
  if (communicator.is_root() && !options.threads_per_rank && !setup.device.is_cuda && cores.usable < fair_share) {
    log_warning("the launcher bound this rank to " + std::to_string(cores.usable) + " of its " +
                std::to_string(fair_share) + " cores; `mpirun --bind-to none` gives it all");
  }
  configure_compute(setup.n_threads);
  return setup;
}

}  // namespace csm
