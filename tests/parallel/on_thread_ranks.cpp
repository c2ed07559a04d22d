#include <gtest/gtest.h>

#include <string>

#include "csm/cluster/thread_ranks.h"
#include "support/on_ranks.h"

namespace csm::test {

void on_ranks(const std::function<void(const Communicator&)>& body) {
  {
    const testing::ScopedTrace trace(__FILE__, __LINE__, "one rank by itself");
    body(Communicator::single());
  }
  for (const int n_ranks : {1, 2, 3, 8}) {
    const testing::ScopedTrace trace(__FILE__, __LINE__, std::to_string(n_ranks) + " thread ranks");
    run_thread_ranks(n_ranks, body);
  }
}

}  // namespace csm::test
