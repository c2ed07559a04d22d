#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "csm/core/grid.h"

namespace csm {

/// A model-level map on the canonical face, all grids S x S.
struct CanonicalMap {
  Grid<float>
      mean;  ///< CMS, Eq. (6), in units of the confidence; 0 where no image covers the pixel
  Grid<float> standard_error;  ///< sqrt(var / n); NaN where n < 2
  Grid<std::int64_t> count;    ///< n(q)
  std::int64_t n_images = 0;
};

/// The CMS of the images of one group, such as one class.
struct GroupMap {
  std::string name;
  CanonicalMap map;
};

/// How the CMS settles while images are added in the seeded order.
struct Convergence {
  std::vector<std::int64_t> image_count;  ///< K log-spaced counts, the last is all
  std::vector<double> rmse_to_final;
  std::vector<double> pearson_to_final;
  std::vector<double> ssim_to_final;
  std::vector<double> spearman_to_final;
  std::vector<double> pearson_of_halves;  ///< agreement of two disjoint random halves of the first
                                          ///< k images; NaN for k < 2
  std::vector<Grid<float>> snapshots;     ///< the CMS of the first k images
  std::vector<std::int64_t>
      forwards;  ///< patches of them that were computed; whoever knows the images fills it in
};

/// The CMS averaged over the pixels of one face region.
struct RegionSummary {
  std::string name;
  double mean = 0;            ///< mean over images of the region's mean CIS
  double standard_error = 0;  ///< between images
  double share = 0;           ///< of the positive saliency of the face
  std::int64_t n_pixels = 0;
};

}  // namespace csm
