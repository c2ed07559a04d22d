#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "csm/inference/group_design.h"
#include "csm/inference/unit_values.h"

namespace csm {

/// What one rank holds of the images of a test: the rows of whole persons.
struct RankValues {
  ValueRows rows;                          ///< of CoarseGrid::row_of
  std::vector<std::int64_t> row_of_image;  ///< (n_images) index into rows; -1: another rank's
};

/// Weightings of the images that are added up at once: their sums stay in some tens of megabytes.
inline constexpr std::int64_t weightings_at_once = 64;

/// Which rank holds each image: all images of one person lie on one rank, persons in turn.
/// Returns (n_images), -1 for images that no test uses.
std::vector<int> deal_images(std::span<const DesignImage> images, int n_ranks);

}  // namespace csm
