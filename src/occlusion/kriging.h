#pragma once
#include <span>
#include <vector>

#include "csm/core/geometry.h"
#include "csm/core/grid.h"

namespace csm {

/// Values at known places, one row each.
struct KnownValues {
  std::vector<Point2> places;
  Grid<float> values;  ///< (n_places x n_values)
};

/// Values at other places by ordinary kriging from the nearest known ones.
/// @param range length over which the values change [px]
/// @param left_out for each wanted place the index of a known one that is not used, or -1
/// @pre known has more than one place @return (n_wanted x n_values)
Grid<float> interpolate(const KnownValues& known, std::span<const Point2> wanted, double range,
                        std::span<const int> left_out);

}  // namespace csm
