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

// statsmodels.stats.multitest.multipletests([0.01, 0.04, 0.03, 0.005, 0.9], method="fdr_bh")
TEST(FalseDiscoveryRates, as_statsmodels) {
  const std::vector<double> rates = false_discovery_rates({0.01, 0.04, 0.03, 0.005, 0.9});
  const std::vector<double> expected{0.025, 0.05, 0.05, 0.025, 0.9};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(rates[i], expected[i], 1e-12);
  EXPECT_TRUE(false_discovery_rates({}).empty());
}

}  // namespace
}  // namespace csm
