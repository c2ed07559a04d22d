#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "csm/core/grid.h"

namespace csm {

/// The embeddings that zero-shot recognition compares with, Eq. (7).
struct Gallery {
  std::vector<std::string> paths;  ///< canonical paths, so that an image is never compared with itself
  std::vector<std::string> labels;
  Grid<float> embeddings;  ///< (n x size)

  bool empty() const { return labels.empty(); }
};

/// Index of the gallery image with this label that is nearest to the clean embedding by cosine, other than the image
/// itself; the first one of ties; none where there is no such image.
std::optional<std::size_t> nearest_in_gallery(const Gallery& gallery, std::span<const float> clean,
                                              const std::string& label, const std::string& own_path);

/// The threshold tau of Eq. (8) for each fold of the pairs.
struct Thresholds {
  std::map<std::string, double> of_fold;
  double accuracy = 0;  ///< share of all test pairs that their threshold decides rightly
  std::int64_t n_training_pairs = 0;
};

/// A pair scored on its clean images.
struct FoldPair {
  std::string fold;
  double cosine = 0;
  bool same_person = false;
};

/// Fold `train` gives the threshold of all others; without it, each fold's threshold is the best one on the other
/// folds.
Thresholds find_thresholds(const std::vector<FoldPair>& pairs);

}  // namespace csm
