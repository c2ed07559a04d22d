#include <gtest/gtest.h>

#include "bootstrap.h"
#include "csm/core/random.h"

namespace csm {
namespace {

TEST(BootstrapTest, equal_rows_have_an_interval_without_width) {
  const std::vector<double> values = {2, 5, 2, 5, 2, 5};
  const Bootstrap bootstrap(values, 2, 1, 50);
  for (const MeanInterval& interval : {bootstrap.mean(0), bootstrap.difference(1, 1)}) {
    EXPECT_EQ(interval.low, interval.mean);
    EXPECT_EQ(interval.high, interval.mean);
  }
  EXPECT_EQ(bootstrap.mean(0).mean, 2);
  EXPECT_EQ(bootstrap.mean(1).mean, 5);
  EXPECT_EQ(bootstrap.difference(0, 1).mean, -3);
}

TEST(BootstrapTest, differences_are_paired) {
  // The columns differ by 1 on every image, however much the images differ.
  std::vector<double> values;
  for (int image = 0; image < 30; ++image) {
    values.push_back(image * image);
    values.push_back(image * image + 1);
  }
  const Bootstrap bootstrap(values, 2, 3, 200);
  EXPECT_GT(bootstrap.mean(0).high - bootstrap.mean(0).low, 50);
  EXPECT_NEAR(bootstrap.difference(1, 0).low, 1, 1e-9);
  EXPECT_NEAR(bootstrap.difference(1, 0).high, 1, 1e-9);
}

TEST(BootstrapTest, the_seed_decides) {
  const std::vector<double> values = {1, 2, 4, 8, 16, 32, 64};
  EXPECT_EQ(Bootstrap(values, 1, 5, 100).mean(0).low, Bootstrap(values, 1, 5, 100).mean(0).low);
  EXPECT_NE(Bootstrap(values, 1, 5, 100).mean(0).low, Bootstrap(values, 1, 6, 100).mean(0).low);
}

TEST(BootstrapTest, intervals_of_95_percent_cover_the_mean_about_that_often) {
  // 400 samples of 60 uniform numbers, whose mean is 0.5. Coverage 0.95 less what the percentile
  // bootstrap of 60 numbers lacks (about 0.01); four standard deviations of 400 coin throws are
  // 0.044.
  constexpr int n_samples = 400;
  SplitMix64 random(11);
  int n_covered = 0;
  for (int sample = 0; sample < n_samples; ++sample) {
    std::vector<double> values(60);
    for (double& value : values) value = random.uniform();
    const MeanInterval interval =
        Bootstrap(values, 1, static_cast<std::uint64_t>(sample), 400).mean(0);
    if (interval.low <= 0.5 && 0.5 <= interval.high) ++n_covered;
  }
  EXPECT_NEAR(n_covered / static_cast<double>(n_samples), 0.94, 0.044);
}

}  // namespace
}  // namespace csm
