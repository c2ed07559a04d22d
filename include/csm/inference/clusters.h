#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "csm/inference/coarse_grid.h"
#include "csm/inference/unit_values.h"

namespace csm {

/// A set of images that was asked whether it is two kinds of explanations.
struct ClusterSplit {
  std::int64_t n_images = 0;
  double p = 1;           ///< corrected for the sets that are asked (Meinshausen 2008)
  double stability = 0;   ///< share of the images that half of the persons put where all do
  bool is_split = false;  ///< p <= .05
};

/// Kinds of explanations: images whose maps have one shape.
struct Clustering {
  std::vector<std::int32_t> cluster_of;  ///< of each image, the largest cluster is 0. (n_images)
  std::int32_t n_clusters = 1;
  std::vector<double> stability;  ///< of the split that made each cluster, 1 if none. (n_clusters)
  std::vector<std::int64_t> middle;  ///< the images by their distance from their cluster's mean
  std::vector<ClusterSplit> splits;  ///< all sets that were asked; the first is all images
};

/// Fewer persons are not asked: the halves would be too few to show two peaks.
inline constexpr std::int64_t least_persons_of_clusters = 40;

/// Finds kinds of explanations by splitting the images in two as long as the split holds on persons
/// who did not make it. Half of the persons make it: of the line through the means of 2-means and
/// the first principal components of the maps' deviations from their mean, the one with the most
/// distinct two peaks. The other half tests it: their maps, projected on that line, must have two
/// peaks more distinct (dip test) than draws from the nearest distribution with one peak have.
/// Twice the median p of 20 random halvings, both ways, is a p of all of them [Meinshausen, Meier,
/// Buehlmann 2009]. Maps of one pattern that vary in strength only are one kind, whether evenly,
/// skewed or with a long tail; a pattern that moves over the face may be taken for two.
/// @param rows of CoarseGrid::row_of (n_images x n_values), NaN where unknown
/// @param persons (n_images) index of each image's person
Clustering find_clusters(const CoarseGrid& grid, const ValueRows& rows,
                         std::span<const std::int64_t> persons, std::uint64_t seed);

}  // namespace csm
