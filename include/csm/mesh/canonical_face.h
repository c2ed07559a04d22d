#pragma once
#include <optional>
#include <string>
#include <vector>

#include "csm/core/geometry.h"
#include "csm/core/grid.h"
#include "csm/core/image.h"
#include "csm/mesh/regions.h"
#include "csm/mesh/triangle_mesh.h"

namespace csm {

/// A point that keeps its place on a triangle, whatever pose the mesh takes: sum of weight * corner.
struct SurfacePoint {
  int triangle = 0;
  std::array<double, 3> weights{};
};

/// The frontal face F that all maps are painted on, size x size [px], row 0 at the top, the subject's left on the right.
struct CanonicalFace {
  int size = 0;                    ///< S [px]
  std::vector<Point2> vertices;    ///< f_i: the used vertices on F [px], after the stride
  std::vector<Region> vertex_regions;  ///< one per used vertex; `none` where the mesh has no regions
  std::vector<std::array<double, 2>> vertex_uv;  ///< texture coordinates of the used vertices; empty where unknown
  TriangleMesh surface;            ///< the surface for warping: vertices on F [px] (z to the viewer), triangles
  Grid<Region> pixel_regions;      ///< S x S
  std::optional<RgbImage> picture; ///< a picture of F to paint on, where one was given; S x S
  std::string source;              ///< file or network and its hash, for the result file
};

}  // namespace csm
