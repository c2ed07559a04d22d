#include "csm/inference/resampling.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "csm/core/error.h"
#include "csm/core/random.h"
#include "csm/inference/findings.h"
#include "csm/mesh/regions.h"
#include "test_statistics.h"

namespace csm {
namespace {

/// A variance below this share of the squared mean is what rounding leaves of one value drawn again
/// and again.
constexpr double rounding = 1e-12;

constexpr float unknown_width = std::numeric_limits<float>::quiet_NaN();

/// The value that 95 % of the others and a new one do not exceed; infinite if there are too few.
float bound_of(std::vector<float>& magnitudes) {
  const auto n = static_cast<double>(magnitudes.size());
  const auto index = static_cast<std::int64_t>(std::ceil((1 - significance_level) * (n + 1))) - 1;
  if (index >= std::ssize(magnitudes)) return std::numeric_limits<float>::infinity();
  const auto bound = magnitudes.begin() + index;
  std::nth_element(magnitudes.begin(), bound, magnitudes.end());
  return *bound;
}

/// How often the mean of all of these values is as far off, in units of their own bounds, as 95 %
/// of the resamples are; NaN if one in twenty has no finite distance.
/// @param bounds (n_values), NaN where a value does not count
double factor_of(std::span<const float> all, std::span<const float> bounds, std::size_t first,
                 std::size_t last) {
  std::vector<float> largest;
  for (std::size_t row = 0; row < all.size(); row += bounds.size()) {
    float most = 0;
    for (std::size_t i = first; i < last; ++i) {
      if (!std::isnan(bounds[i])) most = std::max(most, all[row + i] / bounds[i]);
    }
    largest.push_back(most);
  }
  const float factor = bound_of(largest);
  return std::isfinite(factor) && factor > 0 ? factor : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

Resampling::Resampling(const CoarseGrid& grid, std::int64_t n_units, std::uint64_t seed)
    : grid_(grid), n_units_(n_units), seed_(seed) {
  CSM_EXPECT(n_units >= 2);
}

std::vector<std::int8_t> Resampling::weights(std::int64_t first, std::int64_t n,
                                             std::span<const std::int64_t> own_units) const {
  std::vector<std::int8_t> weights;
  weights.reserve(static_cast<std::size_t>(n) * own_units.size());
  std::vector<std::int8_t> n_drawn;
  for (std::int64_t resample = first; resample < first + n; ++resample) {
    SplitMix64 random(seed_of(seed_, "resample " + std::to_string(resample)));
    n_drawn.assign(static_cast<std::size_t>(n_units_), 0);
    for (std::int64_t i = 0; i < n_units_; ++i)
      n_drawn[random.below(static_cast<std::uint64_t>(n_units_))] += 1;
    for (const std::int64_t unit : own_units)
      weights.push_back(n_drawn[static_cast<std::size_t>(unit)]);
  }
  return weights;
}

std::vector<float> Resampling::magnitudes(const LabelledSums& sums, std::int64_t n_resamples,
                                          const LabelledSums& totals) const {
  const auto n_values = static_cast<std::size_t>(grid_.n_values());
  const GroupSums total = totals.of(0, 0);
  std::vector<float> magnitudes(static_cast<std::size_t>(n_resamples) * n_values);
  at::parallel_for(0, n_resamples, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t resample = begin; resample < end; ++resample) {
      const GroupSums drawn = sums.of(resample, 0);
      for (std::size_t i = 0; i < n_values; ++i) {
        const double mean = moments_of(total, i).mean;
        const Moments other = moments_of(drawn, i);
        const double t = std::abs(other.mean - mean) / std::sqrt(other.variance / other.n);
        const bool is_known = other.n >= 2 && other.variance > rounding * other.mean * other.mean;
        magnitudes[static_cast<std::size_t>(resample) * n_values + i] =
            is_known ? static_cast<float>(t) : std::numeric_limits<float>::infinity();
      }
    }
  });
  return magnitudes;
}

Resampling::Row Resampling::row_of(const LabelledSums& totals, std::span<const float> all) const {
  const auto n_values = static_cast<std::size_t>(grid_.n_values());
  const std::size_t n_resamples = all.size() / n_values;
  const GroupSums total = totals.of(0, 0);
  const std::vector<float> unknown(n_values, unknown_width);
  Row row{.mean = unknown, .error = unknown, .bound = unknown, .half_width = unknown};
  at::parallel_for(0, grid_.n_values(), 64, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> column(n_resamples);
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      const Moments moments = moments_of(total, i);
      if (!has_enough_values(moments, static_cast<double>(n_units_))) continue;
      row.mean[i] = static_cast<float>(moments.mean);
      row.error[i] = static_cast<float>(std::sqrt(moments.variance / moments.n));

      for (std::size_t k = 0; k < n_resamples; ++k) column[k] = all[k * n_values + i];
      const float bound = bound_of(column);
      if (!std::isfinite(bound) || !(row.error[i] > 0)) continue;
      row.bound[i] = bound;
      row.half_width[i] = bound * row.error[i];
    }
  });
  return row;
}

MapIntervals Resampling::intervals(const LabelledSums& totals, std::span<const float> all) const {
  const auto n_values = static_cast<std::size_t>(grid_.n_values());
  const auto n_places = static_cast<std::size_t>(grid_.n_places());
  const Row row = row_of(totals, all);
  MapIntervals found;
  found.n_persons = n_units_;
  found.n_resamples = std::ssize(all) / grid_.n_values();
  found.mean = grid_.to_image(row.mean);
  found.standard_error = grid_.to_image(row.error);
  found.half_width = grid_.to_image(row.half_width);
  found.band_factor = factor_of(all, row.bound, 0, n_places);

  // Where it is other than zero.
  double face = 0;
  double known = 0;
  for (std::size_t place = 0; place < n_places; ++place) {
    const double pixels = grid_.face_pixels()[place];
    face += pixels;
    if (std::isnan(row.half_width[place])) continue;
    known += pixels;
    const double magnitude = std::abs(double{row.mean[place]});
    const double reach = row.half_width[place];
    if (magnitude > reach) found.share_of_face += pixels;
    if (magnitude > found.band_factor * reach) found.share_in_band += pixels;
  }
  if (known > 0) {
    found.share_known = known / face;
    found.share_of_face /= known;
    found.share_in_band /= known;
  }

  // The regions, which have a band of their own.
  const double region_factor = factor_of(all, row.bound, n_places, n_values);
  for (std::size_t region = 0; region + 1 < static_cast<std::size_t>(n_regions); ++region) {
    const std::size_t i = n_places + region;
    if (std::isnan(row.half_width[i])) continue;
    const double mean = row.mean[i];
    const double reach = row.half_width[i];
    found.regions.push_back({.name = std::string(region_names[region + 1]),
                             .mean = mean,
                             .standard_error = row.error[i],
                             .low = mean - reach,
                             .high = mean + reach,
                             .band_low = mean - region_factor * reach,
                             .band_high = mean + region_factor * reach});
  }
  return found;
}

}  // namespace csm
