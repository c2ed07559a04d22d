#include "csm/model/compute_thread.h"

#include <ATen/Parallel.h>

#include <utility>

namespace csm {

std::thread start_compute_thread(std::function<void()> work) {
  // The number that computes with counts for the thread that sets it; a thread that has not computed yet takes over the
  // last one that was set anywhere. So this one takes its own now.
  at::get_num_threads();
  return std::thread([work = std::move(work)] {
    at::set_num_threads(1);
    work();
  });
}

}  // namespace csm
