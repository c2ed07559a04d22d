#pragma once
#include <string>

#include "check_mpi.h"
#include "csm/cluster/communicator.h"

namespace csm {

struct Communicator::State {
  MPI_Comm comm = MPI_COMM_NULL;
  MPI_Comm local = MPI_COMM_NULL;  ///< the ranks that share this rank's memory
  int rank = 0;
  int size = 1;
  int local_rank = 0;
  int n_local_ranks = 1;
  std::string host;
};

}  // namespace csm
