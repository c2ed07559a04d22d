#pragma once
#include "csm/core/geometry.h"
#include "csm/core/image.h"
#include "csm/mesh/fitter.h"
#include "csm/model/contract.h"

namespace csm {

/// The map from image px to network input px that the contract's crop rule gives for a face.
Affine2 crop_transform(const RgbImage& image, const FittedFace& face, const CropContract& crop,
                       const InputContract& input);

/// Returns the image warped to height x width: bilinear, shrunk by area averaging first if it gets
/// smaller than half; black outside.
RgbImage warp_image(const RgbImage& image, const Affine2& to_output, int height, int width);

/// Returns the face warped piecewise to the canonical face, S x S, black outside the mesh.
RgbImage warp_to_canonical(const RgbImage& image, const FittedFace& face,
                           const CanonicalFace& canonical);

}  // namespace csm
