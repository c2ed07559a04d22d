#pragma once
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "csm/core/geometry.h"
#include "detection.h"
#include "mesh_view.h"

namespace csm {

/// The vertices of a mesh file in px of its image.
struct PlacedMesh {
  std::vector<Point3> vertices;  ///< x right, y down, z to the viewer
  bool is_turned_over = false;   ///< the file counts y from the bottom, as PRNet's .obj files do
  bool has_depth = false;
};

/// The share of points off an image of height x width px.
double share_outside(std::span<const Point3> vertices, int height, int width);

/// "x from 1.5 to 20, y from -3 to 18", for messages.
std::string describe_extent(std::span<const Point3> vertices);

/// Whether no coordinate is beyond 2, so that the numbers are shares of the image (0 to 1, or -1 to
/// 1) and not px.
bool counts_in_shares(std::span<const Point3> vertices);

/// y counted from the other end of an image of `height` px, as PRNet does: y -> height - 1 - y.
void turn_over(std::vector<Point3>& vertices, int height);

/// Compares a mesh with its image and the canonical mesh: in px, inside the image, upright, of the
/// canonical mesh's shape. A mesh that counts y from the bottom is turned over.
/// @param canonical as in view_mesh
/// Errors: ImageError whose reason begins with "the mesh" and whose detail is what the file seems
/// to hold.
PlacedMesh place_mesh(std::vector<Point3> vertices, std::span<const Point3> canonical, int height,
                      int width);

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
