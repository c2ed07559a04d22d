#pragma once
#include <span>

#include "csm/core/image.h"
#include "csm/explain/target_score.h"
#include "csm/model/network.h"
#include "csm/occlusion/engine.h"

namespace csm {

/// Returns the standard deviation of the confidence of the clean image when a model that is not
/// repeatable is asked again [units of the confidence]; NaN if the model is repeatable.
/// @param images one, or the two of a model of pairs
/// @param clean the confidence of the first answer
/// Errors: RunError if the network fails.
double measure_noise(const Network& network, std::span<const RgbImage* const> images,
                     const TargetScore& target, double clean);

}  // namespace csm
