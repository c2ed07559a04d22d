#pragma once
#include "csm/core/grid.h"
#include "csm/saliency/canonical_map.h"

namespace csm {

/// How two groups' maps differ, S x S.
struct GroupDifference {
  Grid<float> difference;      ///< first minus second; NaN where one of them covers no image
  Grid<float> standard_error;  ///< sqrt(se1^2 + se2^2); NaN where either is unknown
  Grid<float> significance;    ///< z = difference / standard_error; NaN where that is unknown or 0
};

/// Compares the maps of two disjoint groups of images.
/// @pre both maps have the same shape
GroupDifference compare_groups(const CanonicalMap& first, const CanonicalMap& second);

}  // namespace csm
