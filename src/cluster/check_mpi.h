#pragma once
#include <mpi.h>

#include <string>

#include "csm/core/error.h"

namespace csm {

/// Throws RunError with MPI's own message if a call did not succeed. All MPI calls go through it.
inline void check_mpi(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw RunError(
      {std::string(call) + " failed: " + std::string(text, static_cast<std::size_t>(length)),
       "ranks can no longer reach each other",
       "Look for a lost node or rank in the job's log, then run again."});
}

}  // namespace csm
