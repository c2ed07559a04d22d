#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "csm/study/faithfulness.h"

namespace csm {

/// Means of M columns over n images and over resamples of the images (Efron 1979): every resample
/// draws n images with replacement and takes whole rows, so that differences of columns are paired.
class Bootstrap {
 public:
  /// @param values (n x M), n >= 1
  Bootstrap(std::span<const double> values, std::size_t n_columns, std::uint64_t seed,
            int n_resamples);

  MeanInterval mean(std::size_t column) const;

  /// Of column a less column b, on the same images.
  MeanInterval difference(std::size_t a, std::size_t b) const;

 private:
  std::vector<double> means_;      ///< (M)
  std::vector<double> resampled_;  ///< (M x n_resamples)
  std::size_t n_resamples_;
};

}  // namespace csm
