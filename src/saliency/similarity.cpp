#include "similarity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "csm/core/correlation.h"
#include "csm/core/error.h"
#include "csm/core/sizes.h"

namespace csm {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

void require_same_shape(const Grid<float>& a, const Grid<float>& b,
                        const Grid<unsigned char>& mask) {
  CSM_EXPECT(a.height() == b.height() && a.width() == b.width());
  CSM_EXPECT(a.height() == mask.height() && a.width() == mask.width());
}

std::vector<double> masked(const Grid<float>& map, const Grid<unsigned char>& mask) {
  std::vector<double> values;
  for (std::int64_t q = 0; q < map.size(); ++q) {
    if (mask[q] != 0) values.push_back(map[q]);
  }
  return values;
}

std::vector<double> ranks(const std::vector<double>& values) {
  const int n = int_size(values);
  std::vector<int> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int i, int j) { return values[i] < values[j]; });

  // Equal values share their mean rank.
  std::vector<double> result(values.size());
  for (int first = 0; first < n;) {
    int last = first;
    while (last + 1 < n && values[order[last + 1]] == values[order[first]]) ++last;
    for (int i = first; i <= last; ++i) result[order[i]] = (first + last) / 2.0;
    first = last + 1;
  }
  return result;
}

constexpr int window_radius = 5;
constexpr double window_sigma = 1.5;

using Window = std::array<double, 2 * window_radius + 1>;

/// How far the i-th weight is from the middle [px].
int offset_of(int i) { return i - window_radius; }

Window gaussian_window() {
  Window window{};
  for (int i = 0; i < int_size(window); ++i) {
    const int k = offset_of(i);
    window[i] = std::exp(-k * k / (2 * window_sigma * window_sigma));
  }
  const double sum = std::accumulate(window.begin(), window.end(), 0.0);
  for (double& weight : window) weight /= sum;
  return window;
}

/// Windowed mean of a * b; pixels whose window leaves the map keep 0.
Grid<double> windowed_product(const Grid<float>& a, const Grid<float>& b, const Window& window) {
  Grid<double> across(a.height(), a.width());
  for (int y = 0; y < a.height(); ++y) {
    for (int x = window_radius; x < a.width() - window_radius; ++x) {
      double sum = 0;
      for (int i = 0; i < int_size(window); ++i) {
        const int k = offset_of(i);
        sum += window[i] * a(y, x + k) * b(y, x + k);
      }
      across(y, x) = sum;
    }
  }
  Grid<double> result(a.height(), a.width());
  for (int y = window_radius; y < a.height() - window_radius; ++y) {
    for (int i = 0; i < int_size(window); ++i) {
      const int k = offset_of(i);
      for (int x = 0; x < a.width(); ++x) result(y, x) += window[i] * across(y + k, x);
    }
  }
  return result;
}

}  // namespace

double root_mean_square_error(const Grid<float>& a, const Grid<float>& b,
                              const Grid<unsigned char>& mask) {
  require_same_shape(a, b, mask);
  const std::vector<double> first = masked(a, mask);
  const std::vector<double> second = masked(b, mask);
  if (first.empty()) return undefined;
  double sum = 0;
  for (std::size_t i = 0; i < first.size(); ++i)
    sum += (first[i] - second[i]) * (first[i] - second[i]);
  return std::sqrt(sum / int_size(first));
}

double pearson_correlation(const Grid<float>& a, const Grid<float>& b,
                           const Grid<unsigned char>& mask) {
  require_same_shape(a, b, mask);
  return pearson_correlation(masked(a, mask), masked(b, mask));
}

double spearman_correlation(const Grid<float>& a, const Grid<float>& b,
                            const Grid<unsigned char>& mask) {
  require_same_shape(a, b, mask);
  return pearson_correlation(ranks(masked(a, mask)), ranks(masked(b, mask)));
}

double structural_similarity(const Grid<float>& a, const Grid<float>& b,
                             const Grid<unsigned char>& mask) {
  require_same_shape(a, b, mask);

  // The constants of the formula come from the range of the values under the mask.
  const std::vector<double> values = masked(b, mask);
  if (values.empty()) return undefined;
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  const double range = *highest - *lowest;
  if (!(range > 0)) return undefined;
  const double c1 = 0.01 * 0.01 * range * range;
  const double c2 = 0.03 * 0.03 * range * range;

  // Windowed means, from which variances and the covariance follow.
  const Window window = gaussian_window();
  const Grid<float> one(a.height(), a.width(), 1.0F);
  const Grid<double> mean_a = windowed_product(a, one, window);
  const Grid<double> mean_b = windowed_product(b, one, window);
  const Grid<double> mean_aa = windowed_product(a, a, window);
  const Grid<double> mean_bb = windowed_product(b, b, window);
  const Grid<double> mean_ab = windowed_product(a, b, window);

  // The mean of the local similarity where the whole window lies on the map.
  double sum = 0;
  std::int64_t n = 0;
  for (int y = window_radius; y < a.height() - window_radius; ++y) {
    for (int x = window_radius; x < a.width() - window_radius; ++x) {
      if (mask(y, x) == 0) continue;
      const double ma = mean_a(y, x);
      const double mb = mean_b(y, x);
      const double variances = mean_aa(y, x) - ma * ma + mean_bb(y, x) - mb * mb;
      const double covariance = mean_ab(y, x) - ma * mb;
      sum += (2 * ma * mb + c1) * (2 * covariance + c2) /
             ((ma * ma + mb * mb + c1) * (variances + c2));
      ++n;
    }
  }
  return n > 0 ? sum / static_cast<double>(n) : undefined;
}

}  // namespace csm
