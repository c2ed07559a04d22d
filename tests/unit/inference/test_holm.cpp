#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "csm/inference/findings.h"

namespace csm {
namespace {

// statsmodels.stats.multitest.multipletests([0.01, 0.04, 0.03, 0.005], method="holm")
TEST(Holm, CorrectsAsStatsmodels) {
  const std::vector<double> corrected = holm({0.01, 0.04, 0.03, 0.005});
  const std::vector<double> expected{0.03, 0.06, 0.06, 0.02};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(corrected[i], expected[i], 1e-12);
}

TEST(Holm, NeverExceedsOneAndLeavesOutTheUnknown) {
  const std::vector<double> corrected = holm({0.6, std::numeric_limits<double>::quiet_NaN(), 0.7});
  EXPECT_EQ(corrected[0], 1);
  EXPECT_TRUE(std::isnan(corrected[1]));
  EXPECT_EQ(corrected[2], 1);
  EXPECT_EQ(holm({0.04}), std::vector<double>{0.04});
  EXPECT_TRUE(holm({}).empty());
}

}  // namespace
}  // namespace csm
