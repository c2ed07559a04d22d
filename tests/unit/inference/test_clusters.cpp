#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include "csm/core/random.h"
#include "csm/inference/clusters.h"

namespace csm {
namespace {

constexpr int side = 40;  // places of 4 make bins of 10 x 10

CoarseGrid whole_grid() {
  return {Grid<Region>(side, side, Region::none), Grid<double>(side, side, 1.0)};
}

double normal(SplitMix64& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += random.uniform();
  return sum;
}

/// A bump whose height is 0 at three deviations.
double bump(int place, int row, int column) {
  const double distance = std::hypot(place / side - row, place % side - column);
  return std::exp(-distance * distance / 50);
}

/// Maps of one kind: a bump of varied height, a smooth direction that stretches them with a long
/// tail, and noise; a share of them also has a bump of its own.
ValueRows make_maps(int n, int n_marked, std::uint64_t seed) {
  const CoarseGrid grid = whole_grid();
  ValueRows rows{.n_values = grid.n_values(), .values = {}};
  SplitMix64 random(seed);
  for (int image = 0; image < n; ++image) {
    const double height = 1 + 0.2 * normal(random);
    const double stretch = -std::log(random.uniform() + 1e-12);
    std::vector<float> row(static_cast<std::size_t>(grid.n_values()), 0.0F);
    for (int place = 0; place < side * side; ++place) {
      const double value = height * bump(place, 10, 20) + stretch * bump(place, 20, 30) +
                           (image < n_marked ? 2 * bump(place, 30, 8) : 0) + 0.3 * normal(random);
      row[static_cast<std::size_t>(place)] = static_cast<float>(value);
    }
    rows.append(row);
  }
  return rows;
}

/// Maps of one bump whose height `draw` gives, and noise of some deviation.
template <typename Draw>
ValueRows maps_of_one_pattern(int n, double noise, SplitMix64& random, const Draw& draw) {
  const CoarseGrid grid = whole_grid();
  ValueRows rows{.n_values = grid.n_values(), .values = {}};
  for (int image = 0; image < n; ++image) {
    const double height = draw(random);
    std::vector<float> row(static_cast<std::size_t>(grid.n_values()), 0.0F);
    for (int place = 0; place < side * side; ++place)
      row[static_cast<std::size_t>(place)] =
          static_cast<float>(height * bump(place, 20, 20) + noise * normal(random));
    rows.append(row);
  }
  return rows;
}

std::vector<std::int64_t> everybody(int n) {
  std::vector<std::int64_t> persons(static_cast<std::size_t>(n));
  std::iota(persons.begin(), persons.end(), 0);
  return persons;
}

TEST(Clusters, find_a_planted_kind_of_a_sixth) {
  const Clustering found = find_clusters(whole_grid(), make_maps(240, 40, 1), everybody(240), 1);
  ASSERT_EQ(found.n_clusters, 2);
  int n_right = 0;
  for (std::size_t image = 0; image < 240; ++image)
    n_right += found.cluster_of[image] == (image < 40 ? 1 : 0) ? 1 : 0;
  EXPECT_GE(n_right, 235);
  EXPECT_LE(found.splits.front().p, 0.01);
  EXPECT_GT(found.stability[1], 0.95);
  const std::set<std::int64_t> all(found.middle.begin(), found.middle.end());
  EXPECT_EQ(all.size(), 240U);
}

TEST(Clusters, invent_none_in_skewed_maps_of_one_kind) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Clustering found =
        find_clusters(whole_grid(), make_maps(100, 0, seed), everybody(100), 1);
    EXPECT_EQ(found.n_clusters, 1) << seed;
    EXPECT_GT(found.splits.front().p, 0.05) << seed;
  }
}

TEST(Clusters, of_one_pattern_of_evenly_spread_strength_are_one) {
  SplitMix64 random(2);
  const ValueRows rows =
      maps_of_one_pattern(300, 0.1, random, [](SplitMix64& draws) { return 3 * draws.uniform(); });
  EXPECT_EQ(find_clusters(whole_grid(), rows, everybody(300), 1).n_clusters, 1);
}

TEST(Clusters, are_not_made_by_the_places_that_images_know) {
  const CoarseGrid grid = whole_grid();
  ValueRows rows = make_maps(150, 0, 4);
  for (std::int64_t image = 0; image < 60; ++image) {
    for (int place = 0; place < side * side; ++place) {
      if (place % side >= 26)
        rows.values[static_cast<std::size_t>(image * rows.n_values + place)] = std::nanf("");
    }
  }
  EXPECT_EQ(find_clusters(grid, rows, everybody(150), 1).n_clusters, 1);

  // The others lack the other side, so that few places are known to nearly all.
  for (std::int64_t image = 60; image < 150; ++image) {
    for (int place = 0; place < side * side; ++place) {
      if (place % side < 20)
        rows.values[static_cast<std::size_t>(image * rows.n_values + place)] = std::nanf("");
    }
  }
  EXPECT_EQ(find_clusters(grid, rows, everybody(150), 1).n_clusters, 1);
}

TEST(Clusters, of_one_direction_that_outweighs_all_others_are_one) {
  SplitMix64 random(1);
  const ValueRows rows = maps_of_one_pattern(120, 0.01, random, normal);
  EXPECT_EQ(find_clusters(whole_grid(), rows, everybody(120), 1).n_clusters, 1);
}

TEST(Clusters, of_two_photos_of_one_person_count_once) {
  // Twenty photos of each of eight persons are eight persons: too few.
  std::vector<std::int64_t> persons = everybody(150);
  for (std::int64_t& person : persons) person %= 8;
  const Clustering found = find_clusters(whole_grid(), make_maps(150, 25, 1), persons, 1);
  EXPECT_EQ(found.n_clusters, 1);
  EXPECT_TRUE(found.splits.empty());
}

TEST(Clusters, of_equal_maps_and_of_unknown_places_are_one) {
  ValueRows equal{.n_values = whole_grid().n_values(), .values = {}};
  std::vector<float> row(static_cast<std::size_t>(equal.n_values), 0.5F);
  row[7] = std::nanf("");
  for (int image = 0; image < 60; ++image) equal.append(row);
  EXPECT_EQ(find_clusters(whole_grid(), equal, everybody(60), 1).n_clusters, 1);
}

}  // namespace
}  // namespace csm
