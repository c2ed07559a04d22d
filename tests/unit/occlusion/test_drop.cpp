#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "csm/occlusion/drop.h"

namespace csm {
namespace {

TEST(DropPerVertex, is_signed_and_nan_for_unused_vertices) {
  PatchPlan plan;
  plan.patches.resize(2);
  plan.patch_of_vertex = {PatchId(1), std::nullopt, PatchId(0), PatchId(1)};
  const std::vector<double> drops = drop_per_vertex(plan, 0.75, {0.5, 1.0});
  EXPECT_EQ(drops[0], -0.25);
  EXPECT_TRUE(std::isnan(drops[1]));
  EXPECT_EQ(drops[2], 0.25);
  EXPECT_EQ(drops[3], -0.25);
}

TEST(AuditDrops, gives_error_and_correlation_by_hand) {
  const DropAudit audit =
      audit_drops(std::vector<double>{0.1, 0.2, 0.4}, std::vector<double>{0.1, 0.3, 0.4});
  EXPECT_EQ(audit.n, 3);
  EXPECT_NEAR(audit.error, std::sqrt(0.01 / 3), 1e-12);
  EXPECT_NEAR(audit.correlation, 0.928571, 1e-6);
  // If the approximation's confidence is too low its drop is too large.
  EXPECT_NEAR(audit.bias, 0.1 / 3, 1e-12);
  EXPECT_NEAR(audit.spread, std::sqrt(0.02) / 3, 1e-12);
  EXPECT_NEAR(audit.drop_spread, std::sqrt(0.14) / 3, 1e-12);
  EXPECT_NEAR(relative_error(audit), std::sqrt(0.03 / 0.14), 1e-12);
  EXPECT_EQ(audit_drops({}, {}).n, 0);
  EXPECT_EQ(audit_drops(std::vector<double>{1, 1}, std::vector<double>{0, 2}).correlation, 0);
}

TEST(RelativeError, is_infinite_only_where_an_approximation_varies_alone) {
  EXPECT_EQ(relative_error({}), 0);
  EXPECT_EQ(relative_error(audit_drops(std::vector<double>{1, 1}, std::vector<double>{1, 1})), 0);
  EXPECT_TRUE(std::isinf(
      relative_error(audit_drops(std::vector<double>{1, 2}, std::vector<double>{1, 1}))));
}

}  // namespace
}  // namespace csm
