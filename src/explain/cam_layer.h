#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "csm/model/layer_program.h"

namespace csm {

/// The layer that class activation maps are taken from: the one of this name, or, for an empty
/// name, the last feature map of a convolution after its activation: of the layers that the used
/// outputs rest on, the last one in the order of the data flow whose value is a map of more than
/// one pixel along y and along x, that rests on a convolution, and that is itself a convolution, a
/// batch norm, an activation, a sum or another combination of two maps, or a concatenation. So
/// pooling, flattening and what follows belong to the head.
/// @param used_outputs indices of the outputs that the score is made of
/// Errors: InputError if the name is not among the feature maps (with those that are), if there is
/// none, or if the last one cannot be known because the network is understood in part only.
LayerId find_cam_layer(const LayerProgram& program, const std::vector<std::size_t>& used_outputs,
                       const std::string& name);

/// "x.57 (pointwise, 512 x 7 x 7)". @pre the layer's value is a map
std::string describe_map(const Layer& layer);

}  // namespace csm
