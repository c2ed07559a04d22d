#pragma once
#include <optional>
#include <string>

#include "csm/explain/method_facts.h"

namespace csm {

/// Of the baseline methods; --patch-size and --fill are the window and what means "nothing there"
/// in all of them.
struct ExplainOptions {
  std::string method = std::string(own_method);  ///< --method: a name of the method list
  std::string cam_layer =
      {};  ///< --cam-layer: name of a layer; empty: the last feature map of a convolution
  int noise_samples = 50;  ///< --noise-samples n of SmoothGrad
  double noise_level =
      0.15;  ///< --noise-level of SmoothGrad: sigma / (largest - smallest value of the input)
  int integration_steps = 50;  ///< --integration-steps m of integrated gradients
  int masks = 4000;            ///< --masks N of RISE
  int mask_grid = 7;           ///< --mask-grid h = w of RISE: cells along a side of a small mask
  int corr_rise_masks = 500;   ///< --corr-rise-masks N of CorrRISE
  std::optional<int> window_step = std::nullopt;  ///< --window-step of sliding occlusion [px of the
                                                  ///< input]; none: half of patch_size
};

}  // namespace csm
