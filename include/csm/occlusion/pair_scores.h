#pragma once
#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "csm/core/image.h"
#include "csm/model/network.h"
#include "csm/occlusion/patches.h"

namespace csm {

struct OcclusionOptions;

/// One image of a pair and what occludes it. @pre image has the size of the network's input
struct PatchedImage {
  const RgbImage& image;
  std::span<const PatchRect> patches;
  std::uint64_t seed = 0;  ///< for --fill noise
};

/// The patch of the first image and the one of the second that are occluded together.
struct PatchPair {
  PatchId first;
  PatchId second;
  auto operator<=>(const PatchPair&) const = default;
};

/// What a model of pairs answers.
struct PairScores {
  double clean = 0;              ///< similarity of the images as they are
  std::vector<double> occluded;  ///< of each pair of patches; NaN if the model found no face
  double forward_seconds = 0;    ///< inside the network's forward [s]
};

/// Returns the similarities of two images and of their copies with both occluded, in batches whose
/// sizes depend on the number of patches and batch_size only.
/// @pre the network's role is pair
/// Errors: RunError if the network fails; ImageError if it finds no face in the images as they are,
/// or gives infinity.
PairScores score_patch_pairs(const Network& network, int batch_size, const PatchedImage& first,
                             const PatchedImage& second, std::span<const PatchPair> pairs,
                             const OcclusionOptions& options);

/// The similarity of two images as they are. Errors: as above.
double score_clean_pair(const Network& network, const RgbImage& first, const RgbImage& second);

}  // namespace csm
