#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "csm/measure/phase_clock.h"

namespace csm {
namespace {

using std::chrono_literals::operator""ms;

TEST(PhaseClock, adds_the_time_of_each_phase) {
  PhaseClock clock;
  EXPECT_EQ(clock.time(Phase::mesh,
                       [] {
                         std::this_thread::sleep_for(10ms);
                         return 42;
                       }),
            42);
  clock.time(Phase::mesh, [] { std::this_thread::sleep_for(10ms); });
  clock.add(Phase::forward, 1.5);
  EXPECT_GE(clock.seconds(Phase::mesh), 0.02);
  EXPECT_EQ(clock.seconds(Phase::forward), 1.5);
  EXPECT_EQ(clock.seconds(Phase::decode), 0);
}

TEST(PhaseClock, adds_the_times_of_another_clock) {
  PhaseClock clock;
  PhaseClock other;
  clock.add(Phase::decode, 1);
  other.add(Phase::decode, 2);
  other.add(Phase::infer, 4);
  clock.add(other);
  EXPECT_EQ(clock.seconds(Phase::decode), 3);
  EXPECT_EQ(clock.seconds(Phase::infer), 4);
}

TEST(PhaseClock, counts_work_that_fails) {
  PhaseClock clock;
  const auto fail = [] {
    std::this_thread::sleep_for(5ms);
    throw std::runtime_error("no face");
  };
  EXPECT_THROW(clock.time(Phase::decode, fail), std::runtime_error);
  EXPECT_GE(clock.seconds(Phase::decode), 0.005);
}

TEST(PhaseClock, the_table_names_all_phases_in_order) {
  PhaseClock clock;
  clock.add(Phase::infer, 2);
  const auto table = clock.table();
  ASSERT_EQ(table.size(), phase_names.size());
  EXPECT_EQ(table.front().first, "prepare");
  EXPECT_EQ(table.back(), (std::pair<std::string, double>{"infer", 2.0}));
}

}  // namespace
}  // namespace csm
