#include "kriging.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "csm/core/error.h"
#include "csm/core/sizes.h"

namespace csm {
namespace {

constexpr std::int64_t most_neighbours = 12;
constexpr double nugget = 1e-3;  // keeps the equations of close places solvable

double squared_distance(Point2 a, Point2 b) {
  return (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);
}

/// Matern 3/2.
double covariance(Point2 a, Point2 b, double range) {
  const double h = std::sqrt(3 * squared_distance(a, b)) / range;
  return (1 + h) * std::exp(-h);
}

/// Indices of the nearest known places, without one; of equals the first.
std::vector<int> nearest(const std::vector<Point2>& places, Point2 at, int left_out,
                         std::int64_t n) {
  std::vector<int> order(places.size());
  std::iota(order.begin(), order.end(), 0);
  if (left_out >= 0) order.erase(order.begin() + left_out);
  const auto is_nearer = [&](int a, int b) {
    const double of_a = squared_distance(places[a], at);
    const double of_b = squared_distance(places[b], at);
    return of_a != of_b ? of_a < of_b : a < b;
  };
  std::partial_sort(order.begin(), order.begin() + n, order.end(), is_nearer);
  order.resize(n);
  return order;
}

}  // namespace

Grid<float> interpolate(const KnownValues& known, std::span<const Point2> wanted, double range,
                        std::span<const int> left_out) {
  CSM_EXPECT(known.places.size() > 1 && left_out.size() == wanted.size());
  const std::int64_t n = std::min(most_neighbours, std::ssize(known.places) - 1);
  const std::int64_t side = n + 1;
  const std::int64_t n_wanted = std::ssize(wanted);

  // The equations of ordinary kriging: covariances of the neighbours, bordered by ones so that the
  // weights sum to 1.
  at::Tensor matrix = at::ones({n_wanted, side, side}, at::kDouble);
  at::Tensor right = at::ones({n_wanted, side, 1}, at::kDouble);
  std::vector<std::vector<int>> neighbours;
  for (std::int64_t w = 0; w < n_wanted; ++w) {
    neighbours.push_back(nearest(known.places, wanted[w], left_out[w], n));
    double* equations = matrix.mutable_data_ptr<double>() + w * side * side;
    double* covariances = right.mutable_data_ptr<double>() + w * side;
    for (std::int64_t i = 0; i < n; ++i) {
      const Point2 from = known.places[neighbours[w][i]];
      covariances[i] = covariance(from, wanted[w], range);
      for (std::int64_t j = 0; j < n; ++j) {
        const Point2 to = known.places[neighbours[w][j]];
        equations[i * side + j] = covariance(from, to, range) + (i == j ? nugget : 0);
      }
    }
    equations[side * side - 1] = 0;
  }

  // All places in one call; each value is then a weighted sum of its neighbours'.
  const at::Tensor weights = at::linalg_solve(matrix, right).contiguous();
  const double* weight = weights.const_data_ptr<double>();
  Grid<float> values(int_size(wanted), known.values.width());
  for (std::int64_t w = 0; w < n_wanted; ++w) {
    for (int column = 0; column < values.width(); ++column) {
      double sum = 0;
      for (std::int64_t i = 0; i < n; ++i)
        sum += weight[w * side + i] * double{known.values(neighbours[w][i], column)};
      values(w, column) = static_cast<float>(sum);
    }
  }
  return values;
}

}  // namespace csm
