#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "csm/core/grid.h"
#include "csm/core/image.h"
#include "csm/explain/target_score.h"
#include "csm/model/network.h"
#include "csm/occlusion/occlusion_options.h"
#include "csm/study/faithfulness.h"

namespace csm {

enum class Imputation;
enum class MapSign;
struct StudyOptions;

/// The kinds of confidence that maps are evaluated in, the run's own first: probability and logit
/// of a class; of an embedding the one that the run measures.
std::vector<Confidence> evaluated_confidences(Confidence of_run);

/// Asks the network about images that are altered by maps: darkened by equal amounts where a map is
/// high (Eqs. (9) and (10)), kept there only, and with pixels deleted or inserted from the most
/// salient on ([RISE] sec. 4.2).
///
/// Pixels are darkened and kept as numbers on a black ground, never through 8-bit images. Deleted
/// pixels take --fill; insertion starts from the blurred image; with --imputation neighbours either
/// shows what is left of the image and its imputation. All altered images of one image go
/// through the network together, in batches that depend on the options only.
class MapEvaluator {
 public:
  /// @pre the network lives longer than this object
  MapEvaluator(const Network& network, Confidence of_run, const StudyOptions& study,
               const OcclusionOptions& occlusion, int batch_size);

  /// @param image the network's input
  /// @param maps M maps of its size
  /// @param alpha of Eq. (10)
  /// @param clean class_scores of the image
  /// @param face not 0 on the pixels of the face
  /// @param seed a function of the image and the run's seed only
  /// Errors: RunError if the network fails; ImageError if a score is not finite.
  ImageFaithfulness evaluate(const RgbImage& image, std::span<const Grid<float>> maps, double alpha,
                             std::span<const float> clean, const TargetScore& target,
                             const Grid<float>& face, std::uint64_t seed) const;

  /// Altered images of one image.
  std::int64_t n_forwards(std::int64_t n_maps) const;

 private:
  const Network& network_;
  std::vector<Confidence> confidences_;
  MapSign sign_;
  int curve_steps_;
  Imputation imputation_;
  OcclusionOptions occlusion_;
  int batch_size_;
};

}  // namespace csm
