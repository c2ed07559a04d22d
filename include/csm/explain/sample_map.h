#pragma once
#include <span>
#include <vector>

#include "csm/core/geometry.h"
#include "csm/core/grid.h"
#include "csm/occlusion/patches.h"

namespace csm {

/// The map at a point [px], bilinear between the centres of its pixels (pixel (x, y) covers [x,
/// x+1) x [y, y+1), its centre is (x + 0.5, y + 0.5)); beyond the outermost centres the nearest
/// pixels' values. @pre the map is not empty
double interpolate(const Grid<float>& map, Point2 point);

/// The map at the vertices v_i [px of the map], in the place of the drops S(v_i): NaN if a vertex
/// is not used.
/// @pre patch_of_vertex has one entry per vertex
std::vector<double> sample_map(const Grid<float>& map, std::span<const Point2> vertices,
                               const PatchOfVertex& patch_of_vertex);

}  // namespace csm
