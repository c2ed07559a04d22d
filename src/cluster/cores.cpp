#include "csm/cluster/cores.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>

#include "csm/core/error.h"

namespace csm {

Cores count_cores() {
  Cores cores;
  cores.on_node = std::max(1, static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
  cpu_set_t mask;
  CPU_ZERO(&mask);
  cores.usable = sched_getaffinity(0, sizeof(mask), &mask) == 0 ? std::max(1, CPU_COUNT(&mask)) : cores.on_node;
  return cores;
}

int threads_for_rank(const Cores& cores, int n_local_ranks) {
  CSM_EXPECT(n_local_ranks >= 1);
  return std::max(1, std::min(cores.usable, cores.on_node / n_local_ranks));
}

}  // namespace csm
