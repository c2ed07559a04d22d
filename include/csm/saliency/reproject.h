#pragma once
#include <span>

#include "csm/core/geometry.h"
#include "csm/core/grid.h"

namespace csm {

/// Returns a canonical map drawn on a network input (paper's Fig. 6d), height x width: every vertex
/// on the input paints the map's value at floor(f_i) as the patch of side s at v_i; overlaps are
/// averaged by count; 0 where nothing is painted.
/// @pre canonical_vertices (f_i on the map [px]) and vertices (v_i on the input [px]) have the same
/// size
Grid<float> reproject_map(const Grid<float>& map, std::span<const Point2> canonical_vertices,
                          std::span<const Point2> vertices, int patch_size, int height, int width);

}  // namespace csm
