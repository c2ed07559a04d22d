#pragma once
#include "csm/mesh/canonical_face.h"

namespace csm {

/// Where the canonical face is mirrored: the middle between the leftmost and the rightmost vertex of its
/// surface [px].
double midline_of(const CanonicalFace& face);

/// How far the face is from its mirror image: the mean distance of the mirrored vertices from the
/// nearest vertices, as a share of the face's width. About the spacing of the vertices for a symmetric face.
double asymmetry_of(const CanonicalFace& face);

}  // namespace csm
