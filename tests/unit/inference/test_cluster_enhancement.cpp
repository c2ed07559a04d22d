#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "cluster_enhancement.h"
#include "inference_golden.h"

namespace csm {
namespace {

using test::golden_grid;
using test::inference_golden;

CoarseGrid whole_square(int side) {
  return {Grid<Region>(side, side, Region::mouth), Grid<double>(side, side, 1.0)};
}

/// The integral by its definition, with a step: floods the part that holds `start` above h.
double enhanced_by_steps(const std::vector<float>& map, int side, int start, int n_steps) {
  const double height = std::abs(double{map[static_cast<std::size_t>(start)]});
  const bool is_positive = map[static_cast<std::size_t>(start)] > 0;
  double sum = 0;
  for (int step = 0; step < n_steps; ++step) {
    const double h = (step + 0.5) * height / n_steps;
    std::vector<int> part{start};
    std::vector<bool> seen(map.size(), false);
    seen[static_cast<std::size_t>(start)] = true;
    for (std::size_t i = 0; i < part.size(); ++i) {
      const int x = part[i] % side;
      for (const int next : {part[i] - side, part[i] + side, x > 0 ? part[i] - 1 : -1,
                             x + 1 < side ? part[i] + 1 : -1}) {
        if (next < 0 || next >= side * side || seen[static_cast<std::size_t>(next)]) continue;
        const double value = map[static_cast<std::size_t>(next)];
        if ((value > 0) != is_positive || std::abs(value) <= h) continue;
        seen[static_cast<std::size_t>(next)] = true;
        part.push_back(next);
      }
    }
    sum += static_cast<double>(part.size()) * h * h * height / n_steps;
  }
  return is_positive ? sum : -sum;
}

TEST(ClusterEnhancement, OnePlaceGivesItsCubeByThree) {
  std::vector<float> map(9, 0);
  map[4] = 2;
  EXPECT_FLOAT_EQ(enhance_clusters(whole_square(3), map)[4], 8.0F / 3);
  map[4] = -2;
  EXPECT_FLOAT_EQ(enhance_clusters(whole_square(3), map)[4], -8.0F / 3);
}

TEST(ClusterEnhancement, EqualNeighboursShareTheirExtent) {
  std::vector<float> map(9, 0);
  map[3] = map[4] = map[5] = 1;
  const std::vector<float> enhanced = enhance_clusters(whole_square(3), map);
  for (const int place : {3, 4, 5}) EXPECT_FLOAT_EQ(enhanced[static_cast<std::size_t>(place)], 1);
}

TEST(ClusterEnhancement, CornersDoNotTouch) {
  std::vector<float> map(4, 0);
  map[0] = map[3] = 1;
  EXPECT_FLOAT_EQ(enhance_clusters(whole_square(2), map)[0], 1.0F / 3);
}

TEST(ClusterEnhancement, SignsAreSeparateParts) {
  const std::vector<float> map{1, -1, -1, 1};
  for (const float value : enhance_clusters(whole_square(2), map))
    EXPECT_FLOAT_EQ(std::abs(value), 1.0F / 3);
}

TEST(ClusterEnhancement, UnknownPlacesDivide) {
  std::vector<float> map(9, 1);
  for (const int place : {1, 4, 7})
    map[static_cast<std::size_t>(place)] = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> enhanced = enhance_clusters(whole_square(3), map);
  EXPECT_TRUE(std::isnan(enhanced[4]));
  EXPECT_FLOAT_EQ(enhanced[0], 1);  // three places in a column
}

TEST(ClusterEnhancement, IsTheIntegral) {
  const int side = 9;
  std::vector<float> map;
  for (int i = 0; i < side * side; ++i)
    map.push_back(static_cast<float>(2 * std::sin(0.7 * i) + std::cos(0.13 * i * i)));
  const std::vector<float> enhanced = enhance_clusters(whole_square(side), map);
  for (int start = 0; start < side * side; ++start) {
    // The midpoint rule errs by up to a step at each change of the extent.
    const double expected = enhanced_by_steps(map, side, start, 2000);
    EXPECT_NEAR(enhanced[static_cast<std::size_t>(start)], expected,
                0.02 + 2e-3 * std::abs(expected));
  }
}

TEST(ClusterEnhancement, IsThatOfOtherLibraries) {
  const nlohmann::json golden = inference_golden("mne");
  const auto t = golden["t"].get<std::vector<float>>();
  const std::vector<float> enhanced = enhance_clusters(golden_grid(), t);
  const auto exact = golden["enhanced"].get<std::vector<double>>();
  const auto stepped = inference_golden("mne_enhanced").get<std::vector<double>>();
  double largest = 0;
  for (const double value : exact) largest = std::max(largest, std::abs(value));
  for (std::size_t i = 0; i < exact.size(); ++i) {
    EXPECT_NEAR(enhanced[i], exact[i], 1e-6 * largest);
    // MNE adds up 4,000 steps.
    EXPECT_NEAR(std::abs(double{enhanced[i]}), std::abs(stepped[i]), 1e-3 * largest);
  }
}

TEST(ClusterEnhancement, TakesOtherExponents) {
  std::vector<float> map(4, 1);
  EXPECT_FLOAT_EQ(enhance_clusters(whole_square(2), map, {.extent = 0.5, .height = 1})[0], 1);
}

}  // namespace
}  // namespace csm
