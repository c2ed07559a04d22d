#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "csm/core/geometry.h"
#include "csm/core/grid.h"
#include "csm/core/image.h"
#include "csm/mesh/regions.h"
#include "csm/mesh/triangle_mesh.h"

namespace csm {

/// The frontal face F that all maps are painted on, size x size [px], row 0 at the top, the
/// subject's left on the right.
struct CanonicalFace {
  int size = 0;                        ///< S [px]
  std::vector<Point2> vertices;        ///< f_i: the used vertices on F [px], after the stride
  std::vector<Region> vertex_regions;  ///< one per used vertex; `none` if the mesh has no regions
  std::vector<std::array<double, 2>>
      vertex_uv;  ///< texture coordinates of the used vertices; empty if unknown
  TriangleMesh
      surface;        ///< the surface for warping: vertices on F [px] (z to the viewer), triangles
  SurfaceMap pixels;  ///< which triangle of `surface` each pixel of F shows, S x S
  Grid<Region> pixel_regions;       ///< S x S
  std::optional<RgbImage> picture;  ///< an image of F to paint on, if one was given; S x S
  std::string source;               ///< file or network and its hash, for the result file
};

/// A grey shaded rendering of the face, S x S, white outside: the image to paint on if there is no
/// other.
RgbImage render_shaded(const CanonicalFace& face);

/// Where the canonical face is mirrored: the middle between the leftmost and the rightmost vertex
/// of its surface [px].
double midline_of(const CanonicalFace& face);

/// How far the face is from its mirror image, as a share of its width: the mean distance of the
/// mirrored vertices of its surface from the nearest ones, less half the spacing of the vertices,
/// which vertices at random places of a symmetric face would have; 0 if it is no more than that.
double asymmetry_of(const CanonicalFace& face);

}  // namespace csm
