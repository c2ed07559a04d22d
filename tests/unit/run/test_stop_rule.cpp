#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "csm/options/run_options.h"
#include "stop_rule.h"

namespace csm {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Standing standing(double standard_error, double agreement) {
  return {.quality = {.n_images = 32, .standard_error = standard_error, .agreement = agreement},
          .n_done = 32,
          .n_next = 8,
          .elapsed_seconds = 64};
}

TEST(DecisionCounts, rise_by_a_fifth_from_16_to_all_images) {
  EXPECT_EQ(decision_counts(60), (std::vector<std::int64_t>{16, 19, 23, 27, 32, 38, 45, 54, 60}));
  EXPECT_EQ(decision_counts(16), std::vector<std::int64_t>{16});
  EXPECT_EQ(decision_counts(3), std::vector<std::int64_t>{3});
  EXPECT_EQ(decision_counts(200'000).size(), 56U);
}

TEST(DecisionCounts, do_not_depend_on_the_number_of_images_below_the_last) {
  const auto few = decision_counts(100);
  const auto many = decision_counts(1000);
  EXPECT_TRUE(std::equal(few.begin(), few.end() - 1, many.begin()));
}

TEST(Begun, counts_up_to_the_last_image_that_is_done) {
  EXPECT_EQ(n_begun({0, 1, 2, 3}, 4), 0);
  EXPECT_EQ(n_begun({1, 3}, 4), 3);
  EXPECT_EQ(n_begun({1}, 4), 4);
  EXPECT_EQ(n_begun({}, 4), 4);
}

TEST(StopRule, goes_on_where_nothing_is_asked) { EXPECT_FALSE(reason_to_stop({}, standing(0, 1))); }

TEST(StopRule, needs_all_that_is_asked_of_the_map) {
  const StopOptions both{.standard_error = 0.01, .agreement = 0.9, .time_limit = {}};
  EXPECT_TRUE(reason_to_stop(both, standing(0.01, 0.9)));
  EXPECT_FALSE(reason_to_stop(both, standing(0.011, 0.95)));
  EXPECT_FALSE(reason_to_stop(both, standing(0.005, 0.89)));
  EXPECT_TRUE(reason_to_stop({.standard_error = 0.01, .agreement = {}, .time_limit = {}},
                             standing(0.005, nan)));
}

TEST(StopRule, a_map_without_an_error_is_never_good_enough) {
  EXPECT_FALSE(
      reason_to_stop({.standard_error = 1, .agreement = {}, .time_limit = {}}, standing(nan, 1)));
  EXPECT_FALSE(
      reason_to_stop({.standard_error = {}, .agreement = 0.0, .time_limit = {}}, standing(0, nan)));
}

TEST(StopRule, ends_where_the_next_step_would_take_too_long) {
  // 2 s an image so far, 8 more images: 80 s.
  EXPECT_TRUE(reason_to_stop({.standard_error = {}, .agreement = {}, .time_limit = 79},
                             standing(nan, nan)));
  EXPECT_FALSE(reason_to_stop({.standard_error = {}, .agreement = {}, .time_limit = 80},
                              standing(nan, nan)));
}

TEST(StopRule, cannot_foretell_before_this_attempt_has_done_an_image) {
  Standing now = standing(nan, nan);
  now.n_done = 0;
  EXPECT_FALSE(reason_to_stop({.standard_error = {}, .agreement = {}, .time_limit = 1}, now));
}

TEST(StopRule, says_why_without_a_time) {
  const std::string good = *reason_to_stop({.standard_error = 1, .agreement = {}, .time_limit = {}},
                                           standing(0.25, 0.5));
  EXPECT_EQ(good,
            "the map is known as well as was asked for (standard error 0.25, agreement of two "
            "random halves r = "
            "0.500)");
  const std::string late = *reason_to_stop({.standard_error = {}, .agreement = {}, .time_limit = 1},
                                           standing(0.25, 0.5));
  EXPECT_EQ(late.find("64"), std::string::npos);
}

}  // namespace
}  // namespace csm
