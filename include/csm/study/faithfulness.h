#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "csm/core/grid.h"
#include "csm/study/verification_curves.h"

namespace csm {

/// The network's scores of one image that was altered by each of M maps, in C kinds of confidence.
struct ImageFaithfulness {
  std::vector<double> original;  ///< (C) conf of the image as it is, O of Eq. (11)
  std::vector<double>
      darkened;  ///< (M x C) conf of the negative explanation image of Eq. (9), E of Eq. (11)
  std::vector<double>
      kept;  ///< (M x C) conf of I (.) Hn, the convention of Grad-CAM++ and Score-CAM
  std::vector<double> clipped_share;  ///< (M) of the darkening, Eq. (10)
  std::vector<double>
      deletion_area;  ///< (M) under conf over the share of pixels deleted; NaN without curves
  std::vector<double>
      insertion_area;  ///< (M) under conf over the share of pixels inserted; NaN without curves
  std::vector<double> face_share;  ///< (M) of the positive saliency that lies on the face
  std::vector<double> deletion_similarity =
      {};  ///< (M x S) of a pair: cosine at each of S steps of the deletion curve, the first the
           ///< clean pair's; empty for other images and without curves
  std::vector<double> insertion_similarity = {};  ///< (M x S) likewise of the insertion curve
  std::vector<double> same_person = {};  ///< (1) 1 for a pair of one person, 0 of two; likewise

  bool empty() const { return original.empty(); }
  std::size_t n_maps() const { return clipped_share.size(); }
};

/// A mean over images with its 95 % interval, by the bootstrap over images (percentiles).
struct MeanInterval {
  double mean = 0;
  double low = 0;
  double high = 0;
};

enum class Better { higher, lower, neither };

/// One measure of M maps.
struct FaithfulnessMeasure {
  std::string name;        ///< such as "average_drop"
  std::string confidence;  ///< kind of confidence that it is measured in; empty if it is none
  std::string unit;        ///< "%", "1", or "log odds" for what log odds lose
  std::string meaning;     ///< one sentence part, with the equation
  Better better = Better::higher;
  std::int64_t n_images = 0;         ///< images that it is defined on
  std::vector<MeanInterval> of_map;  ///< (M)
  std::vector<MeanInterval>
      differences;  ///< (M x M) map of the row less that of the column, on the same images
};

/// How M maps compare over all images.
struct Faithfulness {
  std::vector<std::string> maps;         ///< (M) names
  std::vector<std::string> confidences;  ///< (C) kinds, the run's own first
  std::vector<FaithfulnessMeasure> measures;
  VerificationCurves verification = {};  ///< empty unless the images are pairs

  bool empty() const { return measures.empty(); }
};

/// Percentage of its confidence that an altered image loses, 0 if it gains: the terms of Eq. (11).
/// @pre original > 0
double drop_percent(double original, double altered);

/// The shares of one image in Win %, the terms of Eq. (13): 100 for the map with the lowest
/// confidence, shared equally by those that tie.
std::vector<double> win_percent(std::span<const double> darkened);

/// Sums up Eqs. (11) to (13), the same with the salient pixels kept, the areas of the curves, and
/// where the saliency lies. For each kind of confidence. Average Drop is a percentage of the
/// confidence, and images with original <= 0 have none; of `log_odds` and `verification`, whose
/// zero is no more than even odds or the threshold, it is the mean of max(0, O - E) itself. Of
/// pairs also the areas under the curves of the share that is answered rightly at the threshold of
/// equal error of the clean pairs, which is the same for all resamples.
/// @param images those that were evaluated on, in the seeded order
/// @param n_resamples of the bootstrap
/// @pre all images have the same M and C
Faithfulness summarise_faithfulness(std::span<const ImageFaithfulness* const> images,
                                    std::vector<std::string> maps,
                                    std::vector<std::string> confidences, std::uint64_t seed,
                                    int n_resamples = 2000);

}  // namespace csm
