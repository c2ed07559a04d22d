#include "csm/saliency/region_sums.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "csm/core/error.h"
#include "fixed_point.h"

namespace csm {
namespace {

/// The place of a region in the sums; `none` is the first.
std::size_t index_of(Region region) { return static_cast<std::size_t>(region); }

}  // namespace

RegionSums::RegionSums(const Grid<Region>& pixel_regions)
    : RegionSums(pixel_regions, Grid<double>(pixel_regions.height(), pixel_regions.width(), 1.0)) {}

RegionSums::RegionSums(const Grid<Region>& pixel_regions, Grid<double> pixel_weights)
    : pixel_regions_(pixel_regions),
      pixel_weights_(std::move(pixel_weights)),
      value_(n_regions),
      square_high_(n_regions),
      square_low_(n_regions),
      n_images_(n_regions) {
  CSM_EXPECT(pixel_weights_.size() == pixel_regions_.size());
}

void RegionSums::add(const CisMap& cis) {
  CSM_EXPECT(cis.values.size() == pixel_regions_.size());
  std::array<double, n_regions> sum{};
  std::array<double, n_regions> weight_sum{};
  for (std::int64_t q = 0; q < pixel_regions_.size(); ++q) {
    if (cis.count[q] == 0) continue;
    const std::size_t region = index_of(pixel_regions_[q]);
    sum[region] += pixel_weights_[q] * double{cis.values[q]};
    weight_sum[region] += pixel_weights_[q];
  }
  for (std::size_t region = 0; region < sum.size(); ++region) {
    if (weight_sum[region] == 0) continue;
    const double mean = sum[region] / weight_sum[region];
    const FixedSquare square = to_fixed_square(mean);
    value_[region] = add_exact(value_[region], to_fixed_value(mean));
    square_high_[region] = add_exact(square_high_[region], square.high);
    square_low_[region] += square.low;
    n_images_[region] += 1;
  }
}

std::vector<RegionSummary> RegionSums::to_summary(const CanonicalMap& cms) const {
  CSM_EXPECT(cms.mean.size() == pixel_regions_.size());

  // Each region's part of the positive values of the CMS.
  std::array<double, n_regions> positive{};
  std::array<std::int64_t, n_regions> n_pixels{};
  double all_positive = 0;
  for (std::int64_t q = 0; q < pixel_regions_.size(); ++q) {
    const std::size_t region = index_of(pixel_regions_[q]);
    n_pixels[region] += 1;
    if (region == 0) continue;  // the painted squares reach over the edge of the face
    positive[region] += std::max(0.0, double{cms.mean[q]});
    all_positive += std::max(0.0, double{cms.mean[q]});
  }

  // The unit of sampling is the image, so the error is that between images.
  std::vector<RegionSummary> summary;
  for (std::size_t region = 1; region < positive.size(); ++region) {
    if (n_images_[region] == 0) continue;
    const auto n = static_cast<double>(n_images_[region]);
    const double mean = from_fixed_value(value_[region]) / n;
    const double mean_square =
        from_fixed_square({.high = square_high_[region], .low = square_low_[region]}) / n;
    const double variance = n > 1 ? std::max(0.0, mean_square - mean * mean) * n / (n - 1)
                                  : std::numeric_limits<double>::quiet_NaN();
    summary.push_back({.name = std::string(region_names[region]),
                       .mean = mean,
                       .standard_error = std::sqrt(variance / n),
                       .share = all_positive > 0 ? positive[region] / all_positive : 0,
                       .n_pixels = n_pixels[region]});
  }
  return summary;
}

std::vector<std::span<std::int64_t>> RegionSums::buffers() {
  return {value_, square_high_, square_low_, n_images_};
}

}  // namespace csm
