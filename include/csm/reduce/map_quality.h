#pragma once
#include <cstdint>
#include <limits>

#include "csm/cluster/communicator.h"
#include "csm/reduce/sum_maps.h"

namespace csm {

/// How well the CMS of the images so far is known.
struct MapQuality {
  std::int64_t n_images = 0;  ///< in the map
  /// Root mean square of the map's standard error over the pixels of two images or more [units of
  /// the confidence]; NaN if there is none.
  double standard_error = std::numeric_limits<double>::quiet_NaN();
  /// Pearson correlation of the maps of two disjoint random halves of the images; NaN if it is not
  /// defined.
  double agreement = std::numeric_limits<double>::quiet_NaN();
};

/// Measures the map of all images that the ranks hold; the sums stay as they are. The same numbers
/// on all ranks and for any number of ranks. @note Collective. Errors: RunError on all ranks if a
/// sum could overflow.
MapQuality measure_quality(const Communicator& communicator, const RankSums& sums);

}  // namespace csm
