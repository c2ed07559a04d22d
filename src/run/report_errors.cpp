#include <exception>
#include <string>

#include "csm/cluster/session.h"
#include "csm/cluster/signal_watch.h"
#include "csm/core/error.h"
#include "csm/core/log.h"
#include "csm/run/run.h"

namespace csm {
namespace {

/// Reports an error that all ranks share once, on the root.
int report_error(const Communicator& communicator, const std::exception& error, int exit_code) {
  if (communicator.is_root()) log_error(error.what());
  return exit_code;
}

/// Reports an error that the other ranks may not have met, and ends them.
[[noreturn]] void end_all_ranks(const Communicator& communicator, const std::exception& error) {
  log_error("rank " + std::to_string(communicator.rank()) + ": " + error.what());
  MpiSession::abort(exit_failed);
}

}  // namespace

int report_errors(const Communicator& communicator, const std::function<int()>& work) {
  try {
    return work();
  } catch (const Stopped& stopped) {
    if (communicator.is_root()) log_warning(stopped.what());
    return exit_stopped;
  } catch (const LocalFailure& error) {
    end_all_ranks(communicator, error);
  } catch (const InputError& error) {
    return report_error(communicator, error, exit_input);
  } catch (const RunError& error) {
    return report_error(communicator, error, exit_failed);
  } catch (const std::exception& error) {
    end_all_ranks(communicator, error);  // a defect of the program
  }
}

}  // namespace csm
