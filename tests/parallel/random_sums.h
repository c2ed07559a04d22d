#pragma once
#include <cstdint>
#include <vector>

#include "csm/core/random.h"
#include "csm/reduce/sum_maps.h"
#include "csm/saliency/saliency_options.h"

namespace csm::test {

inline constexpr int map_size = 24;
inline constexpr std::int64_t n_images = 7;

/// A map of random drops, the same for the same position.
inline CisMap random_cis(std::int64_t order) {
  SplitMix64 random(static_cast<std::uint64_t>(order) + 1);
  std::vector<Point2> points;
  std::vector<double> drops;
  for (int i = 0; i < 60; ++i) {
    points.push_back({random.uniform() * map_size, random.uniform() * map_size});
    drops.push_back(random.uniform() - 0.4);
  }
  return compute_cis(points, drops, 3.3, map_size, DensityNormalisation::on);
}

inline RankSums empty_sums() {
  return {.cms = MapSums(map_size),
          .groups = std::vector<MapSums>(2, MapSums(map_size)),
          .convergence = ConvergenceSums(map_size, convergence_ladder(n_images)),
          .regions = RegionSums(Grid<Region>(map_size, map_size, Region::nose)),
          .mean_face = MeanFaceSums(map_size)};
}

}  // namespace csm::test
