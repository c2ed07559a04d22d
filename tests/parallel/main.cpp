// GoogleTest under MPI: every rank runs every test in the same order; only the root prints, and any
// rank's failure fails the program.
#include <gtest/gtest.h>

#include <cstdio>

#include "csm/cluster/communicator.h"
#include "csm/cluster/session.h"

namespace {

/// Says a failure of a rank that does not print.
class FailurePrinter : public testing::EmptyTestEventListener {
 public:
  explicit FailurePrinter(int rank) : rank_(rank) {}
  void OnTestPartResult(const testing::TestPartResult& result) override {
    if (result.failed())
      std::fprintf(stderr, "rank %d: %s:%d: %s\n", rank_, result.file_name(), result.line_number(),
                   result.message());
  }

 private:
  int rank_;
};

}  // namespace

int main(int argc, char** argv) {
  const csm::MpiSession session(argc, argv);
  testing::InitGoogleTest(&argc, argv);
  const csm::Communicator world = csm::Communicator::world();
  if (!world.is_root()) {
    testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new FailurePrinter(world.rank()));
  }
  const int outcome = RUN_ALL_TESTS();
  return world.all_max(outcome) == 0 ? 0 : 1;
}
