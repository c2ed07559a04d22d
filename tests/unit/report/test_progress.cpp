#include <gmock/gmock.h>

#include <algorithm>

#include "csm/report/progress.h"
#include "progress_text.h"

namespace csm::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ProgressTest, says_done_rate_time_left_and_failures) {
  EXPECT_EQ(progress_text(100, 20, 3, 10, 0),
            "20 of 100 images, 2.0 a second, 40 s left, 3 failed");
  EXPECT_EQ(progress_text(100, 1, 0, 60, 0), "1 of 100 images, 1.0 a minute, 1 h 39 min left");
  EXPECT_EQ(progress_text(100, 100, 0, 10, 0), "100 of 100 images, 10 a second");
  EXPECT_EQ(progress_text(100, 0, 0, 5, 0), "0 of 100 images");
}

TEST(ProgressTest, images_of_an_earlier_attempt_do_not_count_for_the_rate) {
  EXPECT_EQ(progress_text(100, 70, 0, 10, 50), "70 of 100 images, 2.0 a second, 15 s left");
  EXPECT_EQ(progress_text(100, 50, 0, 5, 50), "50 of 100 images");
}

TEST(ProgressTest, durations_are_rounded) {
  EXPECT_EQ(duration_text(0.4), "0 s");
  EXPECT_EQ(duration_text(59.6), "1 min 00 s");
  EXPECT_EQ(duration_text(3725), "1 h 02 min");
}

TEST(ProgressTest, a_terminal_gets_one_line_that_changes) {
  testing::internal::CaptureStderr();
  EventLog events;
  Progress progress(ProgressStyle::terminal, 3, 0, events);
  progress.update(1, 0);
  progress.update(3, 1);
  progress.finish();
  const std::string shown = testing::internal::GetCapturedStderr();
  EXPECT_THAT(shown, HasSubstr("\r1 of 3 images"));
  EXPECT_THAT(shown, HasSubstr("\r3 of 3 images"))
      << "the last state is shown though it came at once";
  EXPECT_EQ(std::count(shown.begin(), shown.end(), '\n'), 1);
  EXPECT_TRUE(shown.ends_with("\n"));
}

TEST(ProgressTest, plain_lines_come_at_most_every_ten_seconds) {
  testing::internal::CaptureStderr();
  {
    EventLog events;
    Progress progress(ProgressStyle::lines, 5, 0, events);
    for (int i = 1; i <= 5; ++i) progress.update(i, 0);
  }
  const std::string shown = testing::internal::GetCapturedStderr();
  EXPECT_THAT(shown, Not(HasSubstr("\r")));
  EXPECT_EQ(std::count(shown.begin(), shown.end(), '\n'), 2)
      << shown;  // the first, and the last at the end
  EXPECT_THAT(shown, HasSubstr("csm: 5 of 5 images"));
}

TEST(ProgressTest, quiet_shows_nothing) {
  testing::internal::CaptureStderr();
  {
    EventLog events;
    Progress progress(ProgressStyle::quiet, 5, 0, events);
    progress.update(3, 1);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(default_progress_style(true), ProgressStyle::quiet);
}

}  // namespace
}  // namespace csm::test
