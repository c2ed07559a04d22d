#include <gmock/gmock.h>

#include <numeric>
#include <set>

#include "csm/study/explanation_mask.h"
#include "csm/study/study_options.h"

namespace csm {
namespace {

using testing::ElementsAre;

Grid<float> grid(int height, int width, const std::vector<float>& values) {
  Grid<float> result(height, width);
  result.values() = values;
  return result;
}

double sum(const Grid<float>& values) {
  return std::accumulate(values.values().begin(), values.values().end(), 0.0);
}

TEST(NormaliseMapTest, positive_counts_negative_values_as_nothing) {
  const Grid<float> map = grid(1, 4, {-2, 0, 1, 4});
  EXPECT_THAT(normalise_map(map, MapSign::positive).values(), ElementsAre(0, 0, 0.25F, 1));
}

TEST(NormaliseMapTest, both_stretches_from_the_lowest_value) {
  const Grid<float> map = grid(1, 4, {-2, 0, 1, 2});
  EXPECT_THAT(normalise_map(map, MapSign::both).values(), ElementsAre(0, 0.5F, 0.75F, 1));
}

TEST(NormaliseMapTest, a_map_that_says_nothing_is_zero) {
  EXPECT_THAT(normalise_map(grid(2, 1, {3, 3}), MapSign::both).values(), ElementsAre(0, 0));
  EXPECT_THAT(normalise_map(grid(2, 1, {-3, -1}), MapSign::positive).values(), ElementsAre(0, 0));
  EXPECT_TRUE(normalise_map(Grid<float>(), MapSign::both).empty());
}

TEST(DarkeningMaskTest, maps_of_one_image_take_away_the_same_amount) {
  const DarkeningMask spread = darkening_mask(grid(1, 4, {1, 1, 1, 1}), 0.75);
  const DarkeningMask narrow = darkening_mask(grid(1, 4, {0, 0.5F, 1, 0}), 0.75);
  EXPECT_THAT(narrow.mask.values(), ElementsAre(0, 0.25F, 0.5F, 0));
  EXPECT_NEAR(sum(spread.mask), 0.75, 1e-6);
  EXPECT_NEAR(sum(narrow.mask), 0.75, 1e-6);
  EXPECT_EQ(spread.clipped_share, 0);
  EXPECT_EQ(narrow.clipped_share, 0);
}

TEST(DarkeningMaskTest, what_exceeds_black_is_clipped_and_counted) {
  // 3 * {0.5, 0.25, 0.25, 0}: a third of the first pixel's 1.5 is lost, 0.5 of 3.
  const DarkeningMask mask = darkening_mask(grid(1, 4, {1, 0.5F, 0.5F, 0}), 3);
  EXPECT_THAT(mask.mask.values(), ElementsAre(1, 0.75F, 0.75F, 0));
  EXPECT_NEAR(mask.clipped_share, 0.5 / 3, 1e-9);
}

TEST(DarkeningMaskTest, an_empty_map_takes_nothing_away) {
  const DarkeningMask mask = darkening_mask(grid(1, 3, {0, 0, 0}), 2);
  EXPECT_THAT(mask.mask.values(), ElementsAre(0, 0, 0));
  EXPECT_EQ(mask.clipped_share, 0);
}

TEST(NegativeExplanationTest, takes_the_masks_share_of_every_colour) {
  RgbImage picture(1, 2);
  picture.values = {100, 50, 201, 10, 20, 30};
  EXPECT_THAT(negative_explanation(picture, grid(1, 2, {0.5F, 1})).values,
              ElementsAre(50, 25, 101, 0, 0, 0));
}

TEST(OrderOfPixelsTest, goes_from_the_highest_to_the_lowest) {
  EXPECT_THAT(order_of_pixels(grid(2, 2, {0.1F, 0.4F, -1, 0.2F}), 5), ElementsAre(1, 3, 0, 2));
}

TEST(OrderOfPixelsTest, equal_values_follow_in_a_random_order_that_the_seed_decides) {
  Grid<float> map(10, 10);
  map(9, 9) = 1;
  const std::vector<int> order = order_of_pixels(map, 5);
  EXPECT_EQ(order.front(), 99);
  EXPECT_EQ(std::set<int>(order.begin(), order.end()).size(), 100U);
  EXPECT_FALSE(std::is_sorted(order.begin() + 1, order.end()));
  EXPECT_EQ(order_of_pixels(map, 5), order);
  EXPECT_NE(order_of_pixels(map, 6), order);
}

TEST(ShareOnFaceTest, counts_positive_values_only) {
  EXPECT_NEAR(share_on_face(grid(1, 4, {3, -5, 1, -1}), grid(1, 4, {1, 1, 0, 0})), 0.75, 1e-12);
  EXPECT_EQ(share_on_face(grid(1, 2, {-1, 0}), grid(1, 2, {1, 1})), 0);
}

}  // namespace
}  // namespace csm
