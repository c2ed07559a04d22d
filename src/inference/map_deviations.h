#pragma once
#include <cstdint>
#include <vector>

#include "csm/inference/coarse_grid.h"
#include "csm/inference/unit_values.h"
#include "principal_components.h"

namespace csm {

/// The means of the known places of each bin, NaN if none is known. (n_images x n_bins)
Rows bin_rows(const CoarseGrid& grid, const ValueRows& rows);

/// Deviations of images from their mean map, 0 where unknown, in the bins that nearly all of them
/// know, if these are a third of the bins or more: that an image lacks a part of the face, as a
/// turned one does, is not another kind. Else in all bins, as vertices that were sampled at random
/// leave gaps at random. (n_images x n_bins)
Rows deviations_of(const Rows& bins, const std::vector<std::int64_t>& images);

/// Long deviations are shortened, so that few strong maps do not stretch a kind: x / sqrt(3 m +
/// |x|^2), m the median of |x|^2.
double softness_of(const Rows& deviations);

/// value / sqrt(softness + square); 0 if both are 0.
double shorten(double value, double square, double softness);

/// Each row, shortened by its own length.
Rows shorten_rows(const Rows& deviations, double softness);

/// Whether two parts of a set differ in which bins their images know, by more than chance gives:
/// what an image lacks is not what it shows.
bool differ_in_what_is_known(const Rows& bins, const std::vector<std::int64_t>& first,
                             const std::vector<std::int64_t>& second);

}  // namespace csm
