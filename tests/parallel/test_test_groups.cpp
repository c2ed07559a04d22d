#include <gmock/gmock.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/random.h"
#include "csm/reduce/test_groups.h"
#include "support/on_ranks.h"

namespace csm {
namespace {

using test::on_ranks;

/// A face of 6 x 6 px, the upper half a nose, the lower a mouth.
CoarseGrid small_face() {
  Grid<Region> regions(6, 6, Region::nose);
  for (int y = 3; y < 6; ++y) {
    for (int x = 0; x < 6; ++x) regions(y, x) = Region::mouth;
  }
  return {regions, Grid<double>(6, 6, 1.0)};
}

/// 21 images of 14 persons in three groups; the first seven have two images.
std::vector<DesignImage> small_design() {
  std::vector<DesignImage> images;
  for (int i = 0; i < 21; ++i) {
    const int person = i % 14;
    images.push_back({.group = std::string(1, static_cast<char>('a' + person % 3)),
                      .person = "p" + std::to_string(person),
                      .stratum = ""});
  }
  images.push_back({.group = "", .person = "in no group", .stratum = ""});
  return images;
}

/// The rows of a rank's images: random maps, with holes, that differ by group at one place; those
/// of group c, the smallest, vary 1.2 times as much.
RankValues own_values(const CoarseGrid& grid, const std::vector<DesignImage>& images,
                      const std::vector<int>& ranks, int rank) {
  RankValues values;
  values.rows.n_values = grid.n_values();
  values.row_of_image.assign(images.size(), -1);
  for (std::size_t i = 0; i < images.size(); ++i) {
    SplitMix64 random(i + 5);
    Grid<float> map(6, 6);
    for (float& value : map.values()) {
      value = static_cast<float>(random.uniform());
      if (images[i].group == "c") value = 0.5F + 1.2F * (value - 0.5F);
      if (random.below(9) == 0) value = std::numeric_limits<float>::quiet_NaN();
    }
    if (images[i].group == "a") map(1, 2) += 3;
    if (ranks[i] != rank) continue;
    values.row_of_image[i] = values.rows.n_rows();
    values.rows.append(grid.row_of(map));
  }
  return values;
}

/// A test of few exchanges of the groups of small_design.
GroupTest letter_test(std::vector<std::string> groups) {
  return {.column = "letter",
          .groups = std::move(groups),
          .n_permutations = 20,
          .stratum_column = "",
          .pairing = Pairing::automatic,
          .seed = 3};
}

ColumnFindings test_on(const Communicator& world, Pairing pairing = Pairing::automatic) {
  const CoarseGrid grid = small_face();
  const std::vector<DesignImage> images = small_design();
  const std::vector<int> ranks = deal_images(images, world.size());
  return test_groups(world, grid, images, own_values(grid, images, ranks, world.rank()),
                     {.column = "letter",
                      .groups = {"a", "b", "c"},
                      .n_permutations = 70,
                      .stratum_column = "",
                      .pairing = pairing,
                      .seed = 3});
}

TEST(DealImages, KeepsPersonsTogetherAndLeavesOutNobodysImages) {
  const std::vector<DesignImage> images = small_design();
  const std::vector<int> ranks = deal_images(images, 4);
  for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(ranks[i], ranks[i + 14]);
  EXPECT_EQ(ranks[3], 3);
  EXPECT_EQ(ranks[4], 0);
  EXPECT_EQ(ranks.back(), -1);
}

TEST(TestGroups, IsTheSameOnAnyRanks) {
  const ColumnFindings alone = test_on(Communicator::single());
  ASSERT_EQ(alone.pairs.size(), 3U);
  EXPECT_TRUE(alone.has_omnibus);
  EXPECT_LT(alone.pairs[2].spread_ratio, 1);  // of b to c, which is smaller and varies more
  on_ranks([&](const Communicator& world) {
    const ColumnFindings found = test_on(world);
    if (!world.is_root()) return;
    EXPECT_EQ(found.omnibus_p, alone.omnibus_p);
    ASSERT_EQ(found.pairs.size(), alone.pairs.size());
    for (std::size_t i = 0; i < alone.pairs.size(); ++i) {
      const PairFinding& expected = alone.pairs[i];
      EXPECT_EQ(found.pairs[i].difference.values(), expected.difference.values());
      EXPECT_EQ(found.pairs[i].p_fwe.values(), expected.p_fwe.values());
      EXPECT_EQ(found.pairs[i].p_tfce.values(), expected.p_tfce.values());
      EXPECT_EQ(found.pairs[i].critical_z, expected.critical_z);
      EXPECT_EQ(found.pairs[i].regions[1].p_fwe, expected.regions[1].p_fwe);
    }
  });
}

TEST(TestGroups, FindsWhatIsThereAndNoMore) {
  const ColumnFindings found = test_on(Communicator::single());
  EXPECT_LE(found.pairs[0].p_fwe(1, 2), 0.05);  // a and b
  EXPECT_LE(found.pairs[1].p_fwe(1, 2), 0.05);  // a and c
  EXPECT_GT(found.pairs[2].p_map, 0.05);        // b and c
  EXPECT_EQ(found.pairs[0].n_first, 5);
}

/// Persons of two groups, one image each: 16 and 4 who are young, 4 and 16 who are old, and 3 of
/// the first who are older.
std::vector<DesignImage> confounded_design() {
  std::vector<DesignImage> images;
  const auto add = [&](const std::string& group, const std::string& age, int n) {
    for (int i = 0; i < n; ++i) images.push_back({.group = group, .person = "", .stratum = age});
  };
  add("a", "young", 16);
  add("b", "young", 4);
  add("a", "old", 4);
  add("b", "old", 16);
  add("a", "older", 3);
  return images;
}

TEST(TestGroups, HoldsAColumnFixed) {
  const CoarseGrid grid = small_face();
  const std::vector<DesignImage> images = confounded_design();
  std::vector<std::vector<float>> rows;
  std::vector<double> first_place;
  for (std::size_t i = 0; i < images.size(); ++i) {
    SplitMix64 random(i);
    Grid<float> map(6, 6);
    const float age = images[i].stratum == "young" ? 0.0F : 3.0F;
    for (float& value : map.values())
      value = static_cast<float>(random.uniform()) + (images[i].group == "a" ? 1.0F : 0.0F) + age;
    rows.push_back(grid.row_of(map));
    first_place.push_back(rows.back().front());
  }
  const auto values_of = [&](int rank, const std::vector<int>& ranks) {
    RankValues values;
    values.rows.n_values = grid.n_values();
    values.row_of_image.assign(images.size(), -1);
    for (std::size_t i = 0; i < images.size(); ++i) {
      if (ranks[i] != rank) continue;
      values.row_of_image[i] = values.rows.n_rows();
      values.rows.append(rows[i]);
    }
    return values;
  };
  GroupTest test = letter_test({"a", "b"});
  test.stratum_column = "age";
  on_ranks([&](const Communicator& world) {
    const std::vector<int> ranks = deal_images(images, world.size());
    const ColumnFindings found =
        test_groups(world, grid, images, values_of(world.rank(), ranks), test);
    if (!world.is_root()) return;
    ASSERT_EQ(found.pairs.size(), 1U);
    const PairFinding& pair = found.pairs[0];
    EXPECT_EQ(pair.n_first, 20);
    EXPECT_THAT(pair.remarks, testing::ElementsAre("3 images whose 'age' has images of one group "
                                                   "only do not count in the test."));

    // Least squares with a constant of each age: both ages have the same weight here.
    const auto mean_of = [&](std::size_t first, std::size_t n) {
      return std::accumulate(first_place.begin() + static_cast<std::ptrdiff_t>(first),
                             first_place.begin() + static_cast<std::ptrdiff_t>(first + n), 0.0) /
             static_cast<double>(n);
    };
    const double young = mean_of(0, 16) - mean_of(16, 4);
    const double old = mean_of(20, 4) - mean_of(24, 16);
    EXPECT_NEAR(pair.difference(0, 0), (young + old) / 2, 1e-5);
    EXPECT_GT(pair.difference(0, 0), 0.5);  // without strata it would be about -0.8
    EXPECT_LE(pair.p_map, 0.05);
  });
}

TEST(TestGroups, LeavesOutAGroupOfOneOnce) {
  const CoarseGrid grid = small_face();
  std::vector<DesignImage> images = small_design();
  images.back() = {.group = "d", .person = "alone", .stratum = ""};
  const std::vector<int> ranks = deal_images(images, 1);
  const ColumnFindings found =
      test_groups(Communicator::single(), grid, images, own_values(grid, images, ranks, 0),
                  letter_test({"a", "b", "c", "d"}));
  EXPECT_TRUE(found.has_omnibus);
  EXPECT_EQ(found.pairs.size(), 3U);
  EXPECT_THAT(found.remarks,
              testing::ElementsAre("Not compared: 1 of the 4 groups of 'letter' with "
                                   "fewer than two persons: 'd'."));
}

TEST(TestGroups, HasNoOmnibusWhereNoPlaceCouldBeTested) {
  const CoarseGrid grid = small_face();
  std::vector<DesignImage> images = small_design();
  for (DesignImage& image : images) image.person.clear();
  RankValues nothing{.rows = {.n_values = grid.n_values(), .values = {}}, .row_of_image = {}};
  for (std::size_t i = 0; i < images.size(); ++i) {
    nothing.row_of_image.push_back(static_cast<std::int64_t>(i));
    nothing.rows.append(grid.row_of(Grid<float>(6, 6, 0.25F)));  // nothing varies
  }
  const ColumnFindings found =
      test_groups(Communicator::single(), grid, images, nothing, letter_test({"a", "b", "c"}));
  EXPECT_FALSE(found.has_omnibus);
  EXPECT_TRUE(found.pairs.empty());
  EXPECT_EQ(found.remarks.size(), 4U);
}

TEST(TestGroups, HasNoOmnibusWithAGroupThatDoesNotVary) {
  const CoarseGrid grid = small_face();
  const std::vector<DesignImage> images = small_design();
  RankValues values = own_values(grid, images, deal_images(images, 1), 0);
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (images[i].group != "a") continue;
    const auto row = static_cast<std::size_t>(values.row_of_image[i] * grid.n_values());
    std::fill_n(values.rows.values.begin() + static_cast<std::ptrdiff_t>(row), grid.n_values(),
                0.25F);
  }
  const ColumnFindings found =
      test_groups(Communicator::single(), grid, images, values, letter_test({"a", "b", "c"}));
  EXPECT_FALSE(found.has_omnibus);
  EXPECT_EQ(found.pairs.size(), 3U);  // one group may be constant
  EXPECT_THAT(found.remarks, testing::Contains(testing::HasSubstr("Not tested together")));
}

TEST(TestGroups, SaysWhatItCannotTest) {
  const ColumnFindings found = test_on(Communicator::single(), Pairing::within_persons);
  EXPECT_TRUE(found.pairs.empty());
  ASSERT_EQ(found.remarks.size(), 3U);
  EXPECT_THAT(found.remarks[0], testing::HasSubstr("Not tested: the groups 'a' and 'b'"));
}

}  // namespace
}  // namespace csm
