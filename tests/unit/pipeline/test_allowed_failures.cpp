#include <gtest/gtest.h>

#include "csm/pipeline/image_loop.h"

namespace csm {
namespace {

std::int64_t allowed(double share, std::size_t n_images) {
  Job job;
  job.options.run.max_failures = share;
  job.order.resize(n_images);
  return allowed_failures(job);
}

TEST(AllowedFailures, is_the_share_rounded_down) {
  EXPECT_EQ(allowed(0.1, 11), 1);
  EXPECT_EQ(allowed(0.1, 9), 0);
  EXPECT_EQ(allowed(0, 1000), 0);
  EXPECT_EQ(allowed(1, 7), 7);
}

TEST(AllowedFailures, whole_numbers_are_not_lost_to_rounding) {
  // In binary 0.29 * 100 is 28.999999999999996.
  EXPECT_EQ(allowed(0.29, 100), 29);
  EXPECT_EQ(allowed(0.07, 100), 7);
  EXPECT_EQ(allowed(0.1, 200'000), 20'000);
}

}  // namespace
}  // namespace csm
