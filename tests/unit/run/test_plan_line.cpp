#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "plan_line.h"

namespace csm {
namespace {

/// A row with blanks between its parts as the plan has them.
std::string row(const char* name, const char* value, const char* unit) {
  char text[128];
  std::snprintf(text, sizeof(text), "%-34s %14s%s\n", name, value, unit);
  return text;
}

TEST(PlanLine, gives_counts_whole_and_estimates_with_four_digits) {
  EXPECT_EQ(plan_line("images", 80, ""), row("images", "80", ""));
  EXPECT_EQ(plan_line("forwards in all", 1234567.25, ""), row("forwards in all", "1234567", ""));
  EXPECT_EQ(plan_line("memory", 675.38812, "MB"), row("memory", "675.4", " MB"));
  EXPECT_EQ(multiply_adds_line("in all", 0, "tera"),
            row("in all", "not known", " (no operator is counted)"));
}

TEST(PlanLine, gives_long_times_in_minutes_too) {
  EXPECT_EQ(time_line(59.94, EarlyEnd::none), row("time", "59.94", " s (estimate)"));
  EXPECT_EQ(time_line(1476.25, EarlyEnd::none), row("time", "1476", " s, 25 min (estimate)"));
  EXPECT_EQ(time_line(1476.25, EarlyEnd::possible),
            row("time", "1476", " s at most, 25 min (estimate); the run may end early"));
}

}  // namespace
}  // namespace csm
