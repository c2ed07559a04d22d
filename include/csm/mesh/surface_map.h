#pragma once
#include <array>

#include "csm/core/grid.h"
#include "csm/mesh/triangle_mesh.h"

namespace csm {

/// Which triangle of a mesh each pixel of an image shows, and where on it.
struct SurfaceMap {
  Grid<int> triangle;                  ///< -1 where no triangle is seen
  Grid<std::array<float, 3>> weights;  ///< of the corners, at the pixel's centre
};

/// Draws a mesh with vertices in px (x right, y down, z to the viewer) on height x width pixels;
/// the nearest triangle wins.
SurfaceMap rasterise(const TriangleMesh& mesh, int height, int width);

}  // namespace csm
