#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "canonical_view.h"
#include "csm/core/random.h"
#include "dense_points.h"
#include "face_fixture.h"

namespace csm {
namespace {

constexpr int n_cells_x = 8;
constexpr int n_cells_y = 8;

const FaceTopology& topology() {
  static const FaceTopology instance = bowl_topology(17, 15);
  return instance;
}

/// The 64 patches of 2 x 2 grid squares or so that the area and the points are counted in: by
/// triangle.
std::size_t cell_of(int triangle) {
  const int square = triangle / 2;
  const int row = square / 14;
  const int column = square % 14;
  return static_cast<std::size_t>((row * n_cells_y / 16) * n_cells_x + column * n_cells_x / 14);
}

double area_of(const Triangle& t) {
  const auto& v = topology().canonical.vertices;
  const Point3& a = v[static_cast<std::size_t>(t[0])];
  const Point3& b = v[static_cast<std::size_t>(t[1])];
  const Point3& c = v[static_cast<std::size_t>(t[2])];
  const double ux = b.x - a.x, uy = b.y - a.y, uz = b.z - a.z, vx = c.x - a.x, vy = c.y - a.y,
               vz = c.z - a.z;
  return std::hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 2;
}

/// The largest error of a cell's share of points, in units of the standard error that random points
/// would have.
double unevenness(const std::vector<SurfacePoint>& points) {
  std::vector<double> area(64, 0), count(64, 0);
  double total = 0;
  for (std::size_t t = 0; t < topology().canonical.triangles.size(); ++t) {
    const double a = area_of(topology().canonical.triangles[t]);
    area[cell_of(static_cast<int>(t))] += a;
    total += a;
  }
  for (const SurfacePoint& point : points) count[cell_of(point.triangle)] += 1;
  double worst = 0;
  for (std::size_t cell = 0; cell < 64; ++cell) {
    const double expected = static_cast<double>(points.size()) * area[cell] / total;
    worst = std::max(worst, std::abs(count[cell] - expected) / std::sqrt(expected));
  }
  return worst;
}

std::vector<SurfacePoint> prefix(const std::vector<SurfacePoint>& points, std::size_t n) {
  return {points.begin(), points.begin() + static_cast<std::ptrdiff_t>(n)};
}

TEST(DensePoints, StrideTwentyGivesThePapersNumber) {
  const auto points = make_dense_points(topology(), n_dense_points);
  EXPECT_EQ(points.size(), 43870U);
  EXPECT_EQ(take_stride(points, 20).size(), 2194U);
  EXPECT_EQ(take_stride(points, 20)[3].triangle, points[60].triangle);
}

TEST(DensePoints, LieInsideTheirTriangles) {
  for (const SurfacePoint& point : make_dense_points(topology(), 5000)) {
    ASSERT_GE(point.triangle, 0);
    ASSERT_LT(point.triangle, static_cast<int>(topology().canonical.triangles.size()));
    for (const double weight : point.weights) ASSERT_GT(weight, 0);
    ASSERT_NEAR(point.weights[0] + point.weights[1] + point.weights[2], 1, 1e-12);
  }
}

TEST(DensePoints, EveryStrideAndPrefixIsMoreEvenThanRandomPoints) {
  const auto points = make_dense_points(topology(), n_dense_points);
  // Random points: the worst of 64 cells is near 2.5, and above 1.9 in all but one case in a
  // thousand.
  EXPECT_LT(unevenness(points), 0.6);
  double sum = 0;
  for (int stride = 1; stride <= 64; ++stride) {
    const double value = unevenness(take_stride(points, stride));
    sum += value;
    EXPECT_LT(value, 2.4) << "stride " << stride;
  }
  EXPECT_LT(sum / 64, 1.3);
  for (const std::size_t n : {500U, 1000U, 2194U, 5000U, 20000U})
    EXPECT_LT(unevenness(prefix(points, n)), 1.9) << n;
}

TEST(DensePoints, RandomOrderFailsTheSameMeasure) {
  // Guards the test above: its bounds distinguish an even order from a random one.
  const auto points = make_dense_points(topology(), n_dense_points);
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    std::vector<SurfacePoint> random;
    for (const std::int64_t i : seeded_permutation(n_dense_points, seed)) {
      random.push_back(points[static_cast<std::size_t>(i)]);
      if (random.size() == 2194) break;
    }
    sum += unevenness(random);
  }
  EXPECT_GT(sum / 20, 2.0);
}

std::vector<Point3> positions(const std::vector<SurfacePoint>& points) {
  std::vector<Point3> result;
  for (const SurfacePoint& point : points) {
    Point3& position = result.emplace_back();
    for (std::size_t corner = 0; corner < 3; ++corner) {
      const int vertex =
          topology().canonical.triangles[static_cast<std::size_t>(point.triangle)][corner];
      const Point3& place = topology().canonical.vertices[static_cast<std::size_t>(vertex)];
      position.x += point.weights[corner] * place.x;
      position.y += point.weights[corner] * place.y;
      position.z += point.weights[corner] * place.z;
    }
  }
  return result;
}

double distance_to_nearest(const Point3& from, const std::vector<Point3>& points) {
  double nearest = 1e9;
  for (const Point3& point : points) {
    if (!(point == from))
      nearest = std::min(nearest, std::hypot(from.x - point.x, from.y - point.y, from.z - point.z));
  }
  return nearest;
}

TEST(DensePoints, KeepApartAndLeaveNoHolesAtStrideTwentyAndItsPrefixes) {
  double area = 0;
  for (const Triangle& triangle : topology().canonical.triangles) area += area_of(triangle);
  const auto points = make_dense_points(topology(), n_dense_points);
  const auto strided = take_stride(points, 20);
  const auto everywhere = positions(take_stride(points, 17));
  for (const std::size_t n : {128U, 512U, 2194U}) {
    const auto some = positions(prefix(strided, n));
    // The spacing of a hexagonal lattice of as many points, in which every hole is 0.58 of it. Of
    // random points the nearest two are 0.02 of it apart, the worst hole is 1.7.
    const double spacing = std::sqrt(2 / std::sqrt(3.0) * area / static_cast<double>(n));
    double nearest = 1e9;
    double hole = 0;
    for (const Point3& point : some) nearest = std::min(nearest, distance_to_nearest(point, some));
    for (const Point3& point : everywhere) hole = std::max(hole, distance_to_nearest(point, some));
    EXPECT_GT(nearest / spacing, 0.4) << n;
    EXPECT_LT(hole / spacing, 1.3) << n;
  }
}

TEST(DensePoints, AreTheSameEveryTime) {
  const auto first = make_dense_points(topology(), 100);
  const auto longer = make_dense_points(topology(), 200);
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].triangle, longer[i].triangle);
    EXPECT_EQ(first[i].weights, longer[i].weights);
  }
}

}  // namespace
}  // namespace csm
