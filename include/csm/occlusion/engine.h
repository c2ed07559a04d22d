#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "csm/core/grid.h"
#include "csm/model/network.h"
#include "csm/occlusion/patches.h"
#include "csm/options/options.h"

namespace csm {

/// What the network says of an image and of its covered copies.
struct OcclusionScores {
  std::vector<float> clean;  ///< class_scores of the uncovered image
  Grid<float> covered;       ///< (n_patches x n_scores): class_scores with patch k covered
};

/// Runs a network on the covered copies of an image.
class OcclusionEngine {
 public:
  virtual ~OcclusionEngine() = default;

  /// Returns the scores of the clean image and of the image with each patch covered by the fill, Eqs. (2) and (3).
  /// @pre clean and fill have shape (1 x 3 x H x W), float32, on the CPU; patches lie inside the input
  /// Errors: RunError where the network fails; ImageError where a score is not finite.
  virtual OcclusionScores run(const at::Tensor& clean, const at::Tensor& fill, std::span<const PatchRect> patches) = 0;

  /// Images in one forward.
  virtual int batch_size() const = 0;

  /// Seconds inside the network's forward so far.
  virtual double forward_seconds() const = 0;
};

/// The full engine: every covered copy goes through the whole network, in batches of one size that depends on the model
/// and the options only. Works for any network, as a black box.
std::unique_ptr<OcclusionEngine> make_full_engine(const Network& network, int batch_size);

}  // namespace csm
