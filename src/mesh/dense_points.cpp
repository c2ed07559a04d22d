#include "dense_points.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/sizes.h"
#include "spacing_grid.h"

namespace csm {
namespace {

// Found by a search over 4,000 random numbers for the smallest gaps of all strides 1 to 64.
constexpr double step = 0.5144540503967971;
constexpr int n_cuts =
    16;  // per triangle edge: 256 pieces, so about five pieces for each of the 43,870 points
constexpr int hilbert_order = 12;
// The strides whose points keep their distance, each a multiple of the next: a point keeps it to
// the points of the widest stride that it belongs to.
constexpr std::array spaced_strides{20, 10, 5, 1};
constexpr double window_share = 4;  // of the string that one of the points so far has
constexpr int n_candidates = 16;

/// The position along a Hilbert curve through the square of 2^order x 2^order cells.
std::uint64_t hilbert_index(std::uint32_t x, std::uint32_t y) {
  std::uint64_t index = 0;
  for (std::uint32_t side = 1U << (hilbert_order - 1); side > 0; side >>= 1U) {
    const std::uint32_t right = (x & side) != 0 ? 1 : 0;
    const std::uint32_t upper = (y & side) != 0 ? 1 : 0;
    index += std::uint64_t{side} * side * ((3 * right) ^ upper);
    x &= side - 1;
    y &= side - 1;
    if (upper == 0) {
      if (right == 1) {
        x = side - 1 - x;
        y = side - 1 - y;
      }
      std::swap(x, y);
    }
  }
  return index;
}

std::uint32_t to_cell(double coordinate) {
  constexpr double n_cells = 1U << hilbert_order;
  return static_cast<std::uint32_t>(std::clamp(coordinate * n_cells, 0.0, n_cells - 1));
}

double triangle_area(const TriangleMesh& mesh, const Triangle& triangle) {
  const auto [a, b, c] = corners_of(triangle, mesh);
  const Point3 u{b.x - a.x, b.y - a.y, b.z - a.z};
  const Point3 v{c.x - a.x, c.y - a.y, c.z - a.z};
  return std::hypot(u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x) / 2;
}

struct Piece {
  SurfacePoint centre;
  Point3 position;
  double area = 0;
  std::uint64_t place = 0;  ///< along the curve
};

/// The centres of the n_cuts^2 equal pieces of a triangle, as weights.
std::vector<std::array<double, 3>> piece_centres() {
  std::vector<std::array<double, 3>> centres;
  const auto add = [&](double first, double second) {
    centres.push_back({first / n_cuts, second / n_cuts, 1 - (first + second) / n_cuts});
  };
  for (int i = 0; i < n_cuts; ++i) {
    for (int j = 0; i + j < n_cuts; ++j) {
      add(i + 1.0 / 3, j + 1.0 / 3);
      if (i + j + 1 < n_cuts) add(i + 2.0 / 3, j + 2.0 / 3);
    }
  }
  return centres;
}

std::vector<Piece> cut_triangles(const FaceTopology& topology) {
  const auto centres = piece_centres();
  std::vector<Piece> pieces;
  pieces.reserve(topology.canonical.triangles.size() * centres.size());
  for (int t = 0; t < int_size(topology.canonical.triangles); ++t) {
    const Triangle& triangle = topology.canonical.triangles[t];
    const double area = triangle_area(topology.canonical, triangle) / int_size(centres);
    for (const auto& weights : centres) {
      double u = 0;
      double v = 0;
      Point3 position;
      for (std::size_t corner = 0; corner < 3; ++corner) {
        const int vertex = triangle[corner];
        u += weights[corner] * topology.uv[vertex][0];
        v += weights[corner] * topology.uv[vertex][1];
        position.x += weights[corner] * topology.canonical.vertices[vertex].x;
        position.y += weights[corner] * topology.canonical.vertices[vertex].y;
        position.z += weights[corner] * topology.canonical.vertices[vertex].z;
      }
      pieces.push_back({{t, weights}, position, area, hilbert_index(to_cell(u), to_cell(v))});
    }
  }

  // Along the Hilbert curve neighbours on the string are neighbours on the face.
  std::stable_sort(pieces.begin(), pieces.end(),
                   [](const Piece& a, const Piece& b) { return a.place < b.place; });
  return pieces;
}

/// The pieces as a string of the length 1 on which each takes its share of the area.
class PieceString {
 public:
  explicit PieceString(std::vector<Piece> pieces)
      : pieces_(std::move(pieces)), area_until_(pieces_.size()) {
    std::transform_inclusive_scan(pieces_.begin(), pieces_.end(), area_until_.begin(),
                                  std::plus<>(), [](const Piece& piece) { return piece.area; });
  }

  /// The piece at a place of the string, which is closed to a ring.
  const Piece& at(double place) const {
    const double area = (place - std::floor(place)) * area_until_.back();
    const auto found = std::upper_bound(area_until_.begin(), area_until_.end(), area);
    return pieces_[std::min(found - area_until_.begin(), std::ssize(pieces_) - 1)];
  }

  SpacingGrid empty_grid() const {
    Point3 low = pieces_.front().position;
    Point3 high = low;
    for (const Piece& piece : pieces_) {
      low = {std::min(low.x, piece.position.x), std::min(low.y, piece.position.y),
             std::min(low.z, piece.position.z)};
      high = {std::max(high.x, piece.position.x), std::max(high.y, piece.position.y),
              std::max(high.z, piece.position.z)};
    }
    return {low, high, area_until_.back()};
  }

 private:
  std::vector<Piece> pieces_;
  std::vector<double> area_until_;
};

/// The piece near a place of the string that is farthest from all points of the grid.
const Piece& loneliest_piece(const PieceString& string, double place, const SpacingGrid& grid) {
  if (grid.size() == 0) return string.at(place);
  const double window = window_share / (grid.size() + 1);
  const Piece* best = nullptr;
  double best_distance = -1;
  for (int k = 0; k < n_candidates; ++k) {
    const Piece& piece = string.at(place + window * ((k + 0.5) / n_candidates - 0.5));
    const double distance = grid.squared_distance(piece.position);
    if (distance > best_distance) {
      best = &piece;
      best_distance = distance;
    }
  }
  return *best;
}

}  // namespace

std::vector<SurfacePoint> make_dense_points(const FaceTopology& topology, int n) {
  CSM_EXPECT(n > 0 && !topology.canonical.triangles.empty());
  const PieceString string(cut_triangles(topology));
  std::vector<SpacingGrid> grids(spaced_strides.size(), string.empty_grid());
  std::vector<SurfacePoint> points;
  for (int i = 0; i < n; ++i) {
    const auto divides = [i](int stride) { return i % stride == 0; };
    const auto widest = std::find_if(spaced_strides.begin(), spaced_strides.end(), divides) -
                        spaced_strides.begin();
    const Piece& piece = loneliest_piece(string, 0.5 + step * i, grids[widest]);
    points.push_back(piece.centre);
    for (std::size_t s = 0; s < grids.size(); ++s) {
      if (divides(spaced_strides[s])) grids[s].add(piece.position);
    }
  }
  return points;
}

}  // namespace csm
