#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "csm/core/grid.h"
#include "csm/inference/coarse_grid.h"
#include "csm/inference/unit_values.h"
#include "support/golden.h"

namespace csm::test {

/// Part of inference.json, which make_inference_golden.py writes.
inline nlohmann::json inference_golden(const std::string& part) {
  return golden(part, "inference.json");
}

/// Its face: one region, the nose.
inline CoarseGrid golden_grid() {
  const nlohmann::json mask = inference_golden("mask");
  const int side = inference_golden("side").get<int>();
  Grid<Region> regions(side, side, Region::none);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      if (mask[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)].get<int>() == 1)
        regions(y, x) = Region::nose;
    }
  }
  return {regions, Grid<double>(side, side, 1.0)};
}

/// Its maps as rows of the grid.
inline ValueRows golden_rows(const CoarseGrid& grid) {
  ValueRows rows;
  rows.n_values = grid.n_values();
  for (const nlohmann::json& values : inference_golden("maps")) {
    Grid<float> map(grid.side(), grid.side());
    map.values() = values.get<std::vector<float>>();
    rows.append(grid.row_of(grid.coarsen(map)));
  }
  return rows;
}

}  // namespace csm::test
