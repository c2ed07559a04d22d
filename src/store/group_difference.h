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

/// How much of the face lies beyond a number of standard errors, and how much of it would if the
/// groups were drawn from the same images at random.
struct ShareApart {
  double found = 0;  ///< share of the pixels with a known |t| that exceed it, in [0, 1]
  double by_chance =
      0;  ///< mean of P(|T| > limit) over these pixels, T of Student's distribution with
          ///< Welch's degrees of freedom: the expected share if there is no difference
};

/// Counts the pixels whose difference exceeds `limit` standard errors; 0 and 0 if none is known.
/// Neighbouring pixels go together, so the share of one comparison scatters widely around
/// by_chance.
/// @pre both maps have the same shape; limit > 0
ShareApart share_apart(const CanonicalMap& first, const CanonicalMap& second, double limit);

/// Compares the maps of two disjoint groups of images.
/// @pre both maps have the same shape
GroupDifference compare_groups(const CanonicalMap& first, const CanonicalMap& second);

}  // namespace csm
