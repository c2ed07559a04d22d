#pragma once
#include <array>
#include <optional>

#include "csm/core/geometry.h"
#include "detection.h"

namespace csm {

/// Where a mesh lies in its image.
struct MeshPlace {
  Box box;
  std::optional<std::array<Point2, 5>>
      five_points;     ///< as FittedFace::five_points; none if they are not known
  double outside = 0;  ///< share of the vertices off the image
};

/// Whether a mesh lies on a detected face. If its five points are known, they must be near the
/// detector's: of 60 meshes of PRNet on their images all were within 0.07 of the width of the
/// face's box (root mean square), and of the network's own meshes on 869 images within 0.12; at
/// half the size, a fifth of the face aside, or with px of a crop they were beyond 0.145. Else the
/// two boxes must share 40 %: of the same meshes 55 % or more, with px of a crop 34 % or less.
bool lies_on(const MeshPlace& mesh, const Detection& face);

}  // namespace csm
