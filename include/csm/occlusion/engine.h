#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "csm/core/grid.h"
#include "csm/core/image.h"
#include "csm/model/network.h"
#include "csm/occlusion/occlusion_options.h"
#include "csm/occlusion/patches.h"

namespace csm {

struct LayerProgram;

/// Patches that were approximated first and then computed exactly, drawn at random.
struct ScoreAudit {
  std::vector<PatchId> patches;
  Grid<float> approximated;  ///< (n x n_scores): what they would have got without the audit
};

/// The network's scores of an image and of its occluded copies, and what they cost.
struct OcclusionScores {
  std::vector<float> clean;         ///< class_scores of the image without occlusion
  Grid<float> covered;              ///< (n_patches x n_scores): class_scores with patch k occluded
  std::int64_t n_computed = 0;      ///< patches that went through the network
  double forward_seconds = 0;       ///< inside the network's forward [s]
  std::optional<ScoreAudit> audit;  ///< of an approximation

  /// The scores with a patch occluded.
  std::span<float> of(PatchId patch) { return covered.row(patch.value()); }
  std::span<const float> of(PatchId patch) const { return covered.row(patch.value()); }
};

/// Runs a network on the occluded copies of an image. Belongs to one thread: it keeps buffers, and
/// its batch shrinks for good if the device's memory runs out.
class OcclusionEngine {
 public:
  virtual ~OcclusionEngine() = default;

  /// Returns the scores of the clean image and of the image with each patch occluded by the fill,
  /// Eqs. (2) and (3).
  /// @pre clean and fill have shape (1 x 3 x H x W), float32, on the CPU; patches lie inside the
  /// input Errors: RunError if the network fails; ImageError if a score is not finite.
  virtual OcclusionScores run(const at::Tensor& clean, const at::Tensor& fill,
                              std::span<const PatchRect> patches) = 0;

  /// Images in one forward.
  virtual int batch_size() const = 0;

  /// The engine that this one approximates; this one itself if it is exact or no other is at hand.
  virtual OcclusionEngine& exact() { return *this; }
};

/// Returns the scores of an image and of its occluded copies; with no patches, of the clean image
/// alone.
/// @pre image has the height and width of the network's input
/// @pre seed is a function of the image and the run's seed only (for --fill noise)
/// Errors: RunError if the network fails, ImageError if a score is not finite.
OcclusionScores score_patches(OcclusionEngine& engine, const InputContract& input,
                              const RgbImage& image, std::span<const PatchRect> patches,
                              const OcclusionOptions& options, std::uint64_t seed);

/// The full engine: every occluded copy goes through the whole network, in batches of one size that
/// depends on the model and the options only. Works for any network, as a black box.
std::unique_ptr<OcclusionEngine> make_full_engine(const Network& network, int batch_size);

/// The exact incremental engine: the clean values of every layer are kept, and each patch computes
/// only the pixels that it can change, layer by layer ([Krypton] with windows cut to what each
/// patch reaches). Runs on the network's device: kernels for CPUs, or make_gathered_engine on a
/// GPU.
/// @pre program is that of the network
std::unique_ptr<OcclusionEngine> make_incremental_engine(
    const Network& network, std::shared_ptr<const LayerProgram> program, int batch_size);

/// The incremental engine in LibTorch's operators alone (see gathered_program.h), on any device;
/// slower on CPUs.
/// @pre program is that of the network
std::unique_ptr<OcclusionEngine> make_gathered_engine(const Network& network,
                                                      std::shared_ptr<const LayerProgram> program,
                                                      int batch_size);

/// The incremental engine on differences: what a patch changes is carried in a lower precision, the
/// clean values stay float32 (see difference_program.h). Float32 differences are there for tests:
/// they are not an approximation.
/// @pre program is that of the network, which is on the CPU
std::unique_ptr<OcclusionEngine> make_difference_engine(const Network& network,
                                                        std::shared_ptr<const LayerProgram> program,
                                                        int batch_size, Precision precision);

/// Whether a model that looks for the face itself found none: every score of the image is NaN.
bool is_face_lost(std::span<const float> scores);

/// Errors: ImageError if a score is not finite.
void require_finite_scores(std::span<const float> scores);

/// Patches of each image that are computed exactly beside an approximation of all.
inline constexpr int n_audited_patches = 16;

/// An approximation with its error: a sample of each image's patches is computed by the exact
/// engine too and keeps what that one says; what the approximation said of them is the audit of
/// OcclusionScores. Which ones is a function of the image's patches only. exact() computes all of
/// an image without approximation.
/// @pre both engines run the same network
std::unique_ptr<OcclusionEngine> make_audited_engine(std::unique_ptr<OcclusionEngine> approximate,
                                                     std::unique_ptr<OcclusionEngine> exact);

/// How much an adaptive engine computes.
struct AdaptiveOptions {
  double share = 0.3;  ///< of the patches that are computed exactly, in (0, 1]
  std::uint64_t seed = 0;
};

/// An approximation of another engine with a measured error. Two thirds of the share are spread
/// evenly over the face; the rest goes where the scores of the first are the hardest to tell from
/// their neighbours. The scores of all other patches are interpolated between the computed ones by
/// ordinary kriging (Matheron 1963) with a Matern 3/2 covariance of twice the patch's side: scores
/// change smoothly with the place of a patch that overlaps its neighbours. Some of the interpolated
/// patches, drawn at random, are computed too: they are the audit of OcclusionScores. What is
/// computed depends on the patches, the options and the scores only.
std::unique_ptr<OcclusionEngine> make_adaptive_engine(std::unique_ptr<OcclusionEngine> exact,
                                                      const AdaptiveOptions& options);

}  // namespace csm
