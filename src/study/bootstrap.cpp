#include "bootstrap.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/random.h"

namespace csm {
namespace {

constexpr double tail = 0.025;

/// The interval between the 2.5th and the 97.5th percentile; sorts the values.
MeanInterval percentile_interval(double mean, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto last = static_cast<double>(values.size() - 1);
  return {.mean = mean,
          .low = values[static_cast<std::size_t>(tail * last)],
          .high = values[static_cast<std::size_t>(std::lround((1 - tail) * last))]};
}

}  // namespace

Bootstrap::Bootstrap(std::span<const double> values, std::size_t n_columns, std::uint64_t seed,
                     int n_resamples)
    : means_(n_columns),
      resampled_(n_columns * static_cast<std::size_t>(n_resamples)),
      n_resamples_(static_cast<std::size_t>(n_resamples)) {
  CSM_EXPECT(n_columns > 0 && !values.empty() && values.size() % n_columns == 0 && n_resamples > 0);
  const std::size_t n_images = values.size() / n_columns;
  const auto n = static_cast<double>(n_images);
  const auto add_row = [&](std::size_t image, std::vector<double>& sum) {
    for (std::size_t m = 0; m < n_columns; ++m) sum[m] += values[image * n_columns + m];
  };
  for (std::size_t image = 0; image < n_images; ++image) add_row(image, means_);
  for (double& mean : means_) mean /= n;
  SplitMix64 random(seed);
  std::vector<double> sum(n_columns);
  for (std::size_t r = 0; r < n_resamples_; ++r) {
    std::fill(sum.begin(), sum.end(), 0.0);
    for (std::size_t i = 0; i < n_images; ++i) add_row(random.below(n_images), sum);
    for (std::size_t m = 0; m < n_columns; ++m) resampled_[m * n_resamples_ + r] = sum[m] / n;
  }
}

MeanInterval Bootstrap::mean(std::size_t column) const {
  const auto begin = resampled_.begin() + static_cast<std::ptrdiff_t>(column * n_resamples_);
  return percentile_interval(means_[column],
                             {begin, begin + static_cast<std::ptrdiff_t>(n_resamples_)});
}

MeanInterval Bootstrap::difference(std::size_t a, std::size_t b) const {
  std::vector<double> differences(n_resamples_);
  for (std::size_t r = 0; r < n_resamples_; ++r)
    differences[r] = resampled_[a * n_resamples_ + r] - resampled_[b * n_resamples_ + r];
  return percentile_interval(means_[a] - means_[b], std::move(differences));
}

}  // namespace csm
