#pragma once
#include <vector>

#include "face_topology.h"
#include "surface_point.h"

namespace csm {

/// The number of points of the dense mesh: a stride of 20 gives 2,194, as with the paper's mesh.
inline constexpr int n_dense_points = 43870;

/// Returns n points spread evenly by area over the canonical face, in an order of which every
/// prefix and every stride (1 to 64 were measured) is spread evenly too, and whose strides 20, 10,
/// 5 and 1 keep the points of every prefix apart: at stride 20 no two are nearer than 0.45 of the
/// spacing of a hexagonal lattice, and no place of the face is farther from all of them than 0.95
/// of it.
///
/// The triangles are cut into small ones, these are strung along a Hilbert curve through the
/// texture plane, and point i belongs to the share frac(1/2 + i * step) of the area along this
/// string. Neighbours on the string are neighbours on the face, so the face is covered as evenly as
/// the unit interval is; `step` is such that its multiples by 1 to 64 are badly approximated by
/// fractions with a small denominator (the golden ratio is not: its 21st and 34th multiples clump).
/// Near its share, as far as the string of two points of its prefix, the point takes the place that
/// is farthest from the points before it (Mitchell's best candidate, but local, so that the spread
/// along the string stays).
std::vector<SurfacePoint> make_dense_points(const FaceTopology& topology, int n);

}  // namespace csm
