#include "csm/model/compute_thread.h"

#include <ATen/Parallel.h>

#include <utility>

#include "csm/core/log.h"

namespace csm {

std::thread start_compute_thread(std::function<void()> work) {
  // The number that computes with counts for the thread that sets it; a thread that has not
  // computed yet takes over the last one that was set anywhere. So this one takes its own now.
  at::get_num_threads();
  return std::thread([work = std::move(work), listener = current_warning_listener()] {
    const WarningScope scope(listener);
    at::set_num_threads(1);
    work();
  });
}

}  // namespace csm
