#pragma once

namespace csm {

/// The cores that this process may run on (its affinity mask), and those of the machine.
struct Cores {
  int usable = 1;
  int on_node = 1;
};

Cores count_cores();

/// Threads of one rank: the node's cores divided by its ranks, no more than the rank may use, at least 1.
int threads_for_rank(const Cores& cores, int n_local_ranks);

}  // namespace csm
