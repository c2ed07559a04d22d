#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "impute.h"

namespace csm {
namespace {

constexpr int rows = 7;
constexpr int columns = 9;

at::Tensor wavy_image() {
  return at::sin(at::arange(3 * rows * columns, at::kFloat) * 0.7F).reshape({1, 3, rows, columns});
}

/// 0 on every pixel that a seeded pattern takes away.
Grid<float> patchy() {
  Grid<float> known(rows, columns, 1.0F);
  for (int q = 0; q < rows * columns; ++q) {
    if ((q * q + 3 * q) % 7 < 4) known[q] = 0;
  }
  return known;
}

double value(const at::Tensor& image, int colour, int row, int column) {
  return image[0][colour][row][column].item<double>();
}

TEST(Impute, leaves_what_is_known_and_gives_the_rest_the_weighted_mean_of_its_neighbours) {
  const at::Tensor image = wavy_image();
  const Grid<float> known = patchy();
  const at::Tensor found = impute(image, known, 0, 1);
  for (int colour = 0; colour < 3; ++colour) {
    for (int y = 0; y < rows; ++y) {
      for (int x = 0; x < columns; ++x) {
        if (known(y, x) > 0) {
          EXPECT_EQ(value(found, colour, y, x), value(image, colour, y, x));
          continue;
        }
        double sum = 0;
        double weights = 0;
        for (int dy = -1; dy <= 1; ++dy) {
          for (int dx = -1; dx <= 1; ++dx) {
            const bool is_inside = y + dy >= 0 && y + dy < rows && x + dx >= 0 && x + dx < columns;
            if ((dy == 0 && dx == 0) || !is_inside) continue;
            const double weight = dy == 0 || dx == 0 ? 1.0 / 6 : 1.0 / 12;
            sum += weight * value(found, colour, y + dy, x + dx);
            weights += weight;
          }
        }
        EXPECT_NEAR(value(found, colour, y, x), sum / weights, 1e-6) << colour << y << x;
      }
    }
  }
}

TEST(Impute, goes_on_with_a_slope_across_a_hole) {
  // A plane is its own weighted mean of neighbours, the weights being symmetric.
  const at::Tensor slope = (at::arange(rows, at::kFloat).reshape({rows, 1}) * 2 -
                            at::arange(columns, at::kFloat).reshape({1, columns}))
                               .expand({1, 3, rows, columns});
  Grid<float> known(rows, columns, 1.0F);
  for (int y = 2; y < 5; ++y) {
    for (int x = 2; x < 7; ++x) known(y, x) = 0;
  }
  EXPECT_LT((impute(slope, known, 0, 1) - slope).abs().max().item<double>(), 1e-5);
}

TEST(Impute, of_an_image_of_which_nothing_is_left_is_its_mean_colour) {
  const at::Tensor image = wavy_image();
  const at::Tensor found = impute(image, Grid<float>(rows, columns), 0, 1);
  EXPECT_LT((found - image.mean({2, 3}, true)).abs().max().item<double>(), 1e-6);
}

TEST(Impute, of_a_whole_image_is_the_image) {
  const at::Tensor image = wavy_image();
  EXPECT_TRUE(at::equal(impute(image, Grid<float>(rows, columns, 1.0F), 0.5, 1), image));
}

TEST(Impute, puts_the_noise_of_the_seed_on_imputed_pixels_only) {
  const at::Tensor image = wavy_image();
  const Grid<float> known = patchy();
  const at::Tensor noise = impute(image, known, 0.1, 1) - impute(image, known, 0, 1);
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x)
      EXPECT_EQ(value(noise, 1, y, x) == 0, known(y, x) > 0) << y << x;
  }
  // Of a range of nearly 2 a tenth; 3 x 36 numbers.
  EXPECT_NEAR(noise.square().sum().item<double>() / (3 * 36), 0.04, 0.02);
  EXPECT_TRUE(at::equal(impute(image, known, 0.1, 1), impute(image, known, 0.1, 1)));
  EXPECT_FALSE(at::equal(impute(image, known, 0.1, 1), impute(image, known, 0.1, 2)));
}

}  // namespace
}  // namespace csm
