#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "csm/core/grid.h"
#include "csm/core/image.h"

namespace csm {

/// The embeddings that zero-shot recognition compares with, Eq. (7).
struct Gallery {
  std::vector<std::string> names;  ///< of the files
  std::vector<std::string>
      pixel_hashes;  ///< so that an image is never compared with itself, wherever its copy lies
  std::vector<std::string> labels;
  Grid<float> embeddings;  ///< (n x size)

  bool empty() const { return labels.empty(); }
};

/// A hash of an image's size and pixels: equal for copies of a file, and for one image saved
/// without loss.
std::string hash_pixels(const RgbImage& image);

/// Errors: ImageError if the images of a pair have the very same pixels: of one image nothing
/// can be told apart.
void check_two_images(const RgbImage& first, const RgbImage& second);

/// Index of the gallery image with this label that is nearest to the clean embedding by cosine,
/// other than the image itself; the first one of ties; none if there is no such image. @param
/// own_hash hash_pixels of the image
std::optional<std::size_t> nearest_in_gallery(const Gallery& gallery, std::span<const float> clean,
                                              const std::string& label,
                                              const std::string& own_hash);

/// The threshold tau of Eq. (8) for each fold of the pairs.
struct Thresholds {
  std::map<std::string, double> of_fold;  ///< of the folds with pairs that could be scored
  double accuracy = 0;  ///< share of all test pairs that their threshold decides rightly
  std::int64_t n_training_pairs = 0;
};

/// A pair scored on its clean images.
struct FoldPair {
  std::string fold;
  double cosine = 0;  ///< or the similarity that a model of pairs gives
  bool same_person = false;
};

/// Fold `train` gives the threshold of all others; without it, each fold's threshold is the best
/// one on the other folds. Errors: InputError if the pairs that a fold learns from are not of both
/// kinds.
Thresholds find_thresholds(const std::vector<FoldPair>& pairs);

}  // namespace csm
