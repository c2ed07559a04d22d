#pragma once
#include <filesystem>

#include "csm/core/geometry.h"
#include "csm/core/image.h"
#include "csm/mesh/canonical_face.h"
#include "face_landmarker.h"
#include "surface_point.h"

namespace csm {

/// An image used as F: fitted into S x S px without changing its aspect.
struct CanonicalImage {
  RgbImage original;
  RgbImage scaled;       ///< S x S
  Affine2 to_canonical;  ///< from px of the original to px of F
};

/// @param option the name of the option that named the image, for messages
/// Errors: InputError if it cannot be decoded.
CanonicalImage read_canonical_image(const std::filesystem::path& path, int size,
                                    const char* option);

/// The canonical face that the mesh network finds in an image, with the given dense points.
/// Errors: InputError if it finds no face.
CanonicalFace fit_canonical_image(const CanonicalImage& picture, const std::filesystem::path& path,
                                  const FaceLandmarker& landmarker,
                                  std::span<const SurfacePoint> used_points, const char* option);

}  // namespace csm
