#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "csm/measure/job.h"
#include "csm/measure/load_image.h"
#include "csm/measure/phase_clock.h"
#include "csm/occlusion/drop.h"
#include "csm/saliency/cis.h"
#include "csm/store/result.h"

namespace csm {

/// What one image gave.
struct ImageOutcome {
  ImageRow row;
  std::optional<CisMap> cis;         ///< none if the image failed
  std::optional<CisMap> face_lost;   ///< share of the occlusions after which the model found no
                                     ///< face; none if it does not look for it (maps_lost_faces)
  std::optional<std::size_t> group;  ///< index into the grouping's names
  RgbImage canonical_face;           ///< the photo warped to the canonical face, S x S
  RgbImage picture;                  ///< the network's input
  std::vector<Point2> vertices;      ///< v_i on the network's input [px]
  std::vector<CisMap> methods;       ///< the maps of --evaluate, on the canonical face
};

/// Computes the CIS of one image after another with the job's tools, which its thread owns. Knows
/// nothing of other ranks.
class ImageWorker {
 public:
  /// @pre job, references and clock live longer than the worker
  ImageWorker(Job& job, const Gallery& gallery, const Thresholds& thresholds, PhaseClock& clock)
      : job_(job), gallery_(gallery), thresholds_(thresholds), clock_(clock) {}

  /// Occludes an image (or pair), or makes its map by a baseline method. A function of the image
  /// and the options only. A bad image is an outcome without a map, with the reason as its status.
  /// Errors: RunError if the network fails.
  ImageOutcome process(LoadedImage image);

 private:
  struct Measured {
    double clean = 0;
    std::vector<double>
        drops;  ///< per vertex, NaN where unused; of a baseline method the values of its map
    std::int64_t n_patches = 0;
    std::int64_t n_computed = 0;
    std::int64_t n_saturated = 0;
    std::int64_t n_lost = 0;   ///< patches for which the model found no face
    std::vector<double> lost;  ///< per vertex, as lost_per_vertex; empty for baseline methods
    DropAudit audit;
    std::vector<float> scores;  ///< class_scores of the clean image
    TargetScore target;
  };
  Measured measure_with(OcclusionEngine& engine, const LoadedImage& image, const Sample& sample,
                        ImageRow& row);
  Measured measure_one(OcclusionEngine& engine, const LoadedImage& image, const Sample& sample,
                       std::optional<int> forced_target, ImageRow& row);
  Measured measure_class(OcclusionEngine& engine, const FaceInput& face, const Sample& sample,
                         std::optional<int> forced_target, ImageRow& row);
  Measured measure_drops(const FaceInput& face, const Sample& sample, const OcclusionScores& scores,
                         TargetScore target);
  Measured measure_gallery(OcclusionEngine& engine, const FaceInput& face, const Sample& sample,
                           ImageRow& row);
  Measured measure_pair(OcclusionEngine& engine, const LoadedImage& pair, const Sample& sample,
                        ImageRow& row);
  Measured measure_similarity(int batch_size, const LoadedImage& pair, const Sample& sample,
                              ImageRow& row);
  double threshold_of(const LoadedImage& pair) const;
  void explain(const FaceInput& face, const Sample& sample, Measured& measured);
  CisMap paint(const std::vector<double>& at_vertices,
               DensityNormalisation density_normalisation) const;
  CisMap paint(const std::vector<double>& at_vertices) const;
  void evaluate(const LoadedImage& image, const Sample& sample, const Measured& measured,
                ImageOutcome& outcome);
  OcclusionScores score(OcclusionEngine& engine, const FaceInput& face, const Sample& sample);
  void measure(LoadedImage& image, const Sample& sample, ImageOutcome& outcome);

  Job& job_;
  const Gallery& gallery_;
  const Thresholds& thresholds_;
  PhaseClock& clock_;
};

/// The fold of a pair: its column `fold`, or where the data set has fewer than two folds, half `a`
/// or `b` by its position.
std::string fold_of(const Job& job, std::int64_t position);

}  // namespace csm
