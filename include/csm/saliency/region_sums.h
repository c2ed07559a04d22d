#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "csm/core/grid.h"
#include "csm/mesh/regions.h"
#include "csm/saliency/canonical_map.h"
#include "csm/saliency/cis.h"

namespace csm {

/// The exact sums of the region table: of each image's mean CIS over a region, and of its square.
class RegionSums {
 public:
  /// @pre pixel_regions has shape (S x S)
  explicit RegionSums(const Grid<Region>& pixel_regions);

  /// The same for images of which a sample of the vertices is measured. Pixels that many vertices
  /// paint are covered more often; the weights 1 / p(q) of coverage_weights give each pixel of a
  /// region its equal part again, up to a remainder that falls with the number of covered pixels.
  /// @pre pixel_weights has shape (S x S), each > 0
  RegionSums(const Grid<Region>& pixel_regions, Grid<double> pixel_weights);

  /// Adds one image: its weighted mean CIS over the covered pixels of each region.
  void add(const CisMap& cis);

  /// One row per region that has pixels, in the order of `Region`; `share` is the region's part of
  /// the positive values of the CMS.
  std::vector<RegionSummary> to_summary(const CanonicalMap& cms) const;

  /// The buffers in a fixed order, for a collective sum of whole numbers.
  std::vector<std::span<std::int64_t>> buffers();

 private:
  Grid<Region> pixel_regions_;
  Grid<double> pixel_weights_;             ///< S x S
  std::vector<std::int64_t> value_;        ///< n_regions
  std::vector<std::int64_t> square_high_;  ///< n_regions
  std::vector<std::int64_t> square_low_;   ///< n_regions
  std::vector<std::int64_t> n_images_;     ///< n_regions: images that cover it
};

}  // namespace csm
