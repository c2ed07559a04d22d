#pragma once
#include <span>
#include <vector>

#include "csm/inference/coarse_grid.h"

namespace csm {

/// The exponents of threshold-free cluster enhancement: of the extent and of the height. On a
/// surface E = 1, H = 2 (Smith, Nichols 2009, sec. "optimising"; FSL's --T2).
struct EnhancementExponents {
  double extent = 1;
  double height = 2;
};

/// Enhances what neighbouring places have in common, without a threshold: TFCE(p) = integral of
/// e(h)^E h^H dh from 0 to |s(p)|, where e(h) is the number of places of the connected part (four
/// neighbours) of the same sign that holds p and exceeds h [Smith, Nichols 2009, Eq. (1)]. The
/// integral is exact, with no step: e(h) changes only at values that places have.
/// Returns values with the sign of the statistic; NaN where it is NaN.
/// @pre statistic has one value a place of the grid
std::vector<float> enhance_clusters(const CoarseGrid& grid, std::span<const float> statistic,
                                    EnhancementExponents exponents = {});

}  // namespace csm
