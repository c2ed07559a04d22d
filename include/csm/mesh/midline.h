#pragma once
#include "csm/mesh/canonical_face.h"

namespace csm {

/// Where the canonical face is mirrored: the middle between the leftmost and the rightmost vertex
/// of its surface [px].
double midline_of(const CanonicalFace& face);

/// How far the face is from its mirror image, as a share of its width: the mean distance of the
/// mirrored vertices of its surface from the nearest ones, less half the spacing of the vertices,
/// which vertices at random places of a symmetric face would have; 0 if it is no more than that.
double asymmetry_of(const CanonicalFace& face);

}  // namespace csm
