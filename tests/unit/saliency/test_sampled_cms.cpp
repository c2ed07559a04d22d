#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "csm/core/random.h"
#include "csm/occlusion/patches.h"
#include "csm/saliency/coverage_weights.h"
#include "csm/saliency/map_sums.h"
#include "csm/saliency/region_sums.h"
#include "csm/saliency/saliency_options.h"

namespace csm {
namespace {

constexpr int size = 24;
constexpr double patch_side = 4;
constexpr std::size_t n_vertices = 200;
constexpr std::size_t n_pixels = static_cast<std::size_t>(size) * size;

double normal(SplitMix64& random) {
  return std::sqrt(-2 * std::log(1 - random.uniform())) *
         std::cos(2 * std::numbers::pi * random.uniform());
}

/// Images without end whose CMS is known: drop_j(i) = mean(i) + a_j wave(i) + noise_j(i), a_j and
/// noise_j normal. Most of the variance is common to neighbours, as in faces.
struct Population {
  std::vector<Point2> vertices;
  std::vector<double> mean;
  std::vector<double> wave;

  Population() {
    SplitMix64 random(2024);
    for (std::size_t i = 0; i < n_vertices; ++i) {
      const Point2 at{2 + 20 * random.uniform(), 2 + 20 * random.uniform()};
      vertices.push_back(at);
      mean.push_back(0.3 * std::sin(at.x / 4) * std::cos(at.y / 5));
      wave.push_back(std::cos((at.x + at.y) / 9));
    }
  }

  CisMap map_of(const std::vector<double>& drops) const {
    return compute_cis(vertices, drops, patch_side, size, DensityNormalisation::on);
  }

  /// The CIS of one more image, of which n_sample vertices are measured.
  CisMap next_cis(std::int64_t n_sample, SplitMix64& random) const {
    const double common = normal(random);
    const std::vector<unsigned char> is_measured =
        sample_vertices(static_cast<std::int64_t>(n_vertices), n_sample, random.next());
    std::vector<double> drops(n_vertices, std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < n_vertices; ++i) {
      const double noise = normal(random);
      if (is_measured[i] != 0) drops[i] = mean[i] + common * wave[i] + 0.5 * noise;
    }
    return map_of(drops);
  }
};

/// What repeated runs of n_images images found of the known map.
struct Repetition {
  int n_images = 0;
  std::int64_t n_sample = 0;
  int n_repeats = 0;
  std::vector<double> sum = std::vector<double>(n_pixels);         ///< of the estimates, per pixel
  std::vector<double> square_sum = std::vector<double>(n_pixels);  ///< of their squares
  std::vector<double> n_estimates = std::vector<double>(n_pixels);
  double n_intervals = 0;
  double n_covering = 0;
  std::array<double, 2> n_regions_covering{};  ///< by mean +- 1.96 errors, of n_repeats

  double covering_share() const { return n_covering / n_intervals; }
};

Grid<Region> two_halves() {
  Grid<Region> regions(size, size, Region::nose);
  for (int y = 0; y < size; ++y) {
    for (int x = size / 2; x < size; ++x) regions(y, x) = Region::mouth;
  }
  return regions;
}

/// The region means that images of all vertices have on average.
std::array<double, 2> region_truth(const CisMap& truth) {
  RegionSums sums(two_halves());
  sums.add(truth);
  const std::vector<RegionSummary> rows =
      sums.to_summary({.mean = truth.values,
                       .standard_error = truth.values,
                       .count = Grid<std::int64_t>(size, size, 1),
                       .n_images = 1});
  return {rows[0].mean, rows[1].mean};
}

Repetition repeat_runs(int n_images, std::int64_t n_sample, int n_repeats) {
  const Population population;
  const CisMap truth = population.map_of(population.mean);
  const std::array<double, 2> regions_truth = region_truth(truth);
  SplitMix64 random(7);
  Repetition result{.n_images = n_images, .n_sample = n_sample, .n_repeats = n_repeats};
  for (int repeat = 0; repeat < n_repeats; ++repeat) {
    MapSums sums(size);
    RegionSums regions(two_halves(),
                       coverage_weights(population.vertices, patch_side, size, n_sample));
    for (int j = 0; j < n_images; ++j) {
      const CisMap cis = population.next_cis(n_sample, random);
      sums.add(cis);
      regions.add(cis);
    }
    const CanonicalMap map = sums.to_map();
    for (std::size_t q = 0; q < n_pixels; ++q) {
      if (map.count.values()[q] < n_images / 2) continue;
      const double estimate = map.mean.values()[q];
      result.sum[q] += estimate;
      result.square_sum[q] += estimate * estimate;
      result.n_estimates[q] += 1;
      result.n_intervals += 1;
      const double half_width = 1.96 * map.standard_error.values()[q];
      result.n_covering += std::abs(estimate - truth.values.values()[q]) <= half_width ? 1 : 0;
    }
    const std::vector<RegionSummary> rows = regions.to_summary(map);
    for (std::size_t r = 0; r < 2; ++r) {
      result.n_regions_covering[r] +=
          std::abs(rows[r].mean - regions_truth[r]) <= 1.96 * rows[r].standard_error ? 1 : 0;
    }
  }
  return result;
}

/// The mean over the pixels of (estimates' mean - truth)^2 / its variance: about 1 if there is no
/// bias.
double mean_square_bias(const Repetition& runs) {
  const CisMap truth = Population().map_of(Population().mean);
  double sum = 0;
  double n = 0;
  for (std::size_t q = 0; q < n_pixels; ++q) {
    const double n_estimates = runs.n_estimates[q];
    if (n_estimates < runs.n_repeats / 2) continue;
    const double mean = runs.sum[q] / n_estimates;
    const double variance = (runs.square_sum[q] / n_estimates - mean * mean) / (n_estimates - 1);
    const double bias = mean - static_cast<double>(truth.values.values()[q]);
    sum += bias * bias / variance;
    n += 1;
  }
  EXPECT_GT(n, 100);
  return sum / n;
}

class SampledCms : public testing::TestWithParam<std::int64_t> {};

// Neighbours share most of their error, so 400 repeats are worth somewhat more than 400 independent
// intervals: the share that covers has a standard deviation of at most sqrt(0.95 * 0.05 / 400) =
// 0.011.

TEST_P(SampledCms, intervals_of_95_percent_cover_the_map_of_all_vertices_and_no_bias_shows) {
  const Repetition runs = repeat_runs(60, GetParam(), 400);
  EXPECT_GT(runs.n_intervals, 400 * 200);
  EXPECT_NEAR(runs.covering_share(), 0.945,
              0.033);  // P(|t| < 1.96) with 59 degrees of freedom is 0.945
  for (const double n_covering : runs.n_regions_covering)
    EXPECT_NEAR(n_covering / 400, 0.945, 0.033);
  // A mean of squares of standard normal numbers that large parts of the map have in common: below
  // the 99.9 % point of one such square, 10.8.
  EXPECT_LT(mean_square_bias(runs), 4);
}

INSTANTIATE_TEST_SUITE_P(few_to_all_vertices, SampledCms, testing::Values(20, 60, 200));

TEST(SampledCms, the_normal_interval_is_too_short_for_few_images) {
  // With 8 images t has 7 degrees of freedom: P(|t| < 1.96) = 0.909, as in docs/method.md.
  EXPECT_NEAR(repeat_runs(8, 200, 2000).covering_share(), 0.909, 0.02);
}

}  // namespace
}  // namespace csm
