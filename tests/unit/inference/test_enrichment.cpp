#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "csm/inference/enrichment.h"

namespace csm {
namespace {

// scipy.stats.hypergeom.sf(hits - 1, all, marked, drawn)
TEST(Enrichment, as_scipy) {
  EXPECT_NEAR(enrichment_p(100, 20, 15, 7), 0.010667446681566635, 1e-10);
  EXPECT_NEAR(enrichment_p(10, 4, 6, 3), 0.45238095238095244, 1e-10);
  EXPECT_NEAR(enrichment_p(10, 4, 6, 0), 1, 1e-12);
}

TEST(Enrichment, finds_the_value_that_goes_with_a_cluster) {
  std::vector<std::int32_t> cluster_of;
  NamedColumn cue{.name = "cue", .values = {}}, unrelated{.name = "day", .values = {}};
  NamedColumn name{.name = "name", .values = {}};
  for (int i = 0; i < 60; ++i) {
    cluster_of.push_back(i < 40 ? 0 : 1);
    cue.values.push_back(i < 2 ? "" : i < 40 ? "no" : "yes");
    unrelated.values.push_back(i % 2 == 0 ? "odd" : "even");
    name.values.push_back(std::to_string(i));
  }
  const std::vector<NamedColumn> columns{cue, unrelated, name};
  const auto found = find_excesses(columns, cluster_of, std::vector<bool>(60, true), 2);
  ASSERT_EQ(found.size(), 2U);
  ASSERT_EQ(found[0].size(), 1U);
  EXPECT_EQ(found[0][0].value, "no");
  ASSERT_EQ(found[1].size(), 1U);
  EXPECT_EQ(found[1][0].column, "cue");
  EXPECT_EQ(found[1][0].value, "yes");
  EXPECT_EQ(found[1][0].share_inside, 1);
  EXPECT_EQ(found[1][0].share_outside, 0);
  EXPECT_LT(found[1][0].q, 1e-9);

  // Several photos of one person count as one.
  std::vector<bool> first_only(60, false);
  first_only[0] = first_only[10] = first_only[50] = true;
  EXPECT_TRUE(find_excesses(columns, cluster_of, first_only, 2)[1].empty());
}

}  // namespace
}  // namespace csm
