#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "csm/inference/coarse_grid.h"

namespace csm {
namespace {

constexpr float no_pixel = std::numeric_limits<float>::quiet_NaN();

/// 312 px: blocks of 3 px, 104 of them a side.
CoarseGrid three_pixel_blocks(Region region) {
  Grid<Region> regions(312, 312, Region::none);
  for (int y = 0; y < 6; ++y) {
    for (int x = 3; x < 12; ++x) regions(y, x) = region;
  }
  return {regions, Grid<double>(312, 312, 1.0)};
}

TEST(CoarseGrid, TakesTheFewestPixelsABlockThatFit) {
  const auto block_of = [](int size) {
    return CoarseGrid(Grid<Region>(size, size, Region::nose), Grid<double>(size, size, 1.0))
        .block();
  };
  EXPECT_EQ(block_of(155), 1);
  EXPECT_EQ(block_of(156), 2);
  EXPECT_EQ(block_of(619), 4);
}

TEST(CoarseGrid, PlacesAreTheBlocksOfTheFace) {
  const CoarseGrid grid = three_pixel_blocks(Region::chin);
  EXPECT_EQ(grid.side(), 104);
  EXPECT_EQ(grid.blocks(), (std::vector<std::int32_t>{1, 2, 3, 105, 106, 107}));
  EXPECT_EQ(grid.face_pixels(), std::vector<double>(6, 9));
}

TEST(CoarseGrid, WithoutRegionsAllBlocksAre) {
  const CoarseGrid grid = three_pixel_blocks(Region::none);
  EXPECT_EQ(grid.n_places(), 104 * 104);
}

TEST(CoarseGrid, ABlockIsTheMeanOfItsKnownPixels) {
  const CoarseGrid grid = three_pixel_blocks(Region::chin);
  Grid<float> map(312, 312, 1);
  map(0, 3) = 10;
  map(0, 4) = no_pixel;
  const Grid<float> coarse = grid.coarsen(map);
  EXPECT_FLOAT_EQ(coarse(0, 1), 17.0F / 8);
  EXPECT_FLOAT_EQ(coarse(5, 5), 1);
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 3; ++x) map(y, x) = no_pixel;
  }
  EXPECT_TRUE(std::isnan(grid.coarsen(map)(0, 0)));
}

TEST(CoarseGrid, ARowEndsWithTheMeansOfTheRegions) {
  const CoarseGrid grid = three_pixel_blocks(Region::chin);
  Grid<float> coarse(104, 104, 0);
  for (const std::int32_t block : grid.blocks()) coarse[block] = static_cast<float>(block);
  coarse(1, 3) = no_pixel;  // block 107
  const std::vector<float> row = grid.row_of(coarse);
  ASSERT_EQ(std::ssize(row), grid.n_values());
  const auto chin = static_cast<std::size_t>(Region::chin) - 1;
  EXPECT_FLOAT_EQ(row[6 + chin], (1 + 2 + 3 + 105 + 106) / 5.0F);
  EXPECT_TRUE(std::isnan(row[6 + chin - 1]));
  const Grid<float> image = grid.to_image(row);
  EXPECT_EQ(image(0, 2), 2);
  EXPECT_TRUE(std::isnan(image(0, 0)));
}

TEST(CoarseGrid, WeighsThePixelsOfARegion) {
  Grid<Region> regions(2, 2, Region::nose);
  Grid<double> weights(2, 2, 1.0);
  weights(0, 0) = 3;
  const CoarseGrid grid(regions, weights);
  Grid<float> map(2, 2, 0);
  map(0, 0) = 1;
  const auto nose = static_cast<std::size_t>(Region::nose) - 1;
  EXPECT_FLOAT_EQ(grid.row_of(grid.coarsen(map))[4 + nose], 0.5);
}

}  // namespace
}  // namespace csm
