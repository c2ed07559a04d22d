#pragma once
#include <string>

namespace csm {

/// MPI from start to end of the program. One per process.
class MpiSession {
 public:
  MpiSession(int& argc, char**& argv);

  /// Finalises MPI; while an exception unwinds it does not, since the other ranks may wait in a
  /// collective.
  ~MpiSession();

  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  /// Ends all ranks at once with this exit code.
  [[noreturn]] static void abort(int exit_code);

 private:
  int n_exceptions_ = 0;
};

/// The version of the MPI library, first line.
std::string mpi_version();

}  // namespace csm
