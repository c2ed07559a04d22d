#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "csm/cluster/interrupts.h"

namespace csm {
namespace {

using testing::ElementsAre;

TEST(Interrupts, reach_a_run_only_while_it_is_at_work) {
  Interrupts interrupts;
  std::vector<std::string> done;
  const auto note = [&](const char* what) { return [&done, what] { done.emplace_back(what); }; };
  EXPECT_EQ(interrupts.save(), Interrupts::Stage::before_work);
  EXPECT_EQ(interrupts.stop(note("announced too early")), Interrupts::Stage::before_work);
  {
    const Interrupts::Scope scope(interrupts, {.save = note("save"), .stop = note("stop")});
    EXPECT_EQ(interrupts.save(), Interrupts::Stage::at_work);
    EXPECT_EQ(interrupts.stop(note("announced")), Interrupts::Stage::at_work);
    EXPECT_EQ(interrupts.stop(), Interrupts::Stage::at_work);
  }
  EXPECT_EQ(interrupts.stop(note("announced too late")), Interrupts::Stage::after_work);
  EXPECT_THAT(done, ElementsAre("save", "announced", "save", "stop", "save", "stop"));
}

TEST(Interrupts, a_sudden_end_does_what_was_last_asked_for) {
  Interrupts interrupts;
  int n_cleared = 0;
  interrupts.prepare_sudden_end();
  interrupts.before_sudden_end([&] { ++n_cleared; });
  interrupts.prepare_sudden_end();
  interrupts.before_sudden_end({});
  interrupts.prepare_sudden_end();
  EXPECT_EQ(n_cleared, 1);
}

}  // namespace
}  // namespace csm
