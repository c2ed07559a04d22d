#include "known_topology.h"

#include <array>

namespace csm {
namespace {

/// Vertices at the rim of the face as a frontal image shows it.
struct RimVertices {
  std::size_t n_vertices;
  std::size_t forehead;
  std::size_t chin;
  std::size_t picture_left;
  std::size_t picture_right;
};

constexpr std::array<RimVertices, 4> known = {{
    {43867, 97, 43597, 26321, 26075},  // PRNet
    {468, 10, 152, 234, 454},          // MediaPipe Face Mesh
    {478, 10, 152, 234, 454},          // the same with irises
    {68, 27, 8, 0, 16},                // iBUG: the bridge of the nose in place of the forehead
}};

}  // namespace

std::optional<Orientation> find_orientation(std::span<const Point3> vertices) {
  for (const RimVertices& rim : known) {
    if (rim.n_vertices != vertices.size()) continue;
    const auto between = [&](std::size_t from, std::size_t to) {
      return Point2{vertices[to].x - vertices[from].x, vertices[to].y - vertices[from].y};
    };
    return Orientation{between(rim.forehead, rim.chin),
                       between(rim.picture_left, rim.picture_right)};
  }
  return std::nullopt;
}

}  // namespace csm
