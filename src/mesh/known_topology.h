#pragma once
#include <optional>
#include <span>

#include "csm/core/geometry.h"

namespace csm {

/// Which way up a mesh is, by vertices whose place on the face is known.
struct Orientation {
  Point2 down;   ///< from forehead to chin
  Point2 right;  ///< from the subject's right to the left, which is the right of the image
};

/// The orientation of a mesh of a widespread topology: PRNet (43,867 vertices), MediaPipe (468,
/// with irises 478) and the 68 points of iBUG. None if the number of vertices names none of them.
std::optional<Orientation> find_orientation(std::span<const Point3> vertices);

}  // namespace csm
