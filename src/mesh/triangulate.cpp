#include "triangulate.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "csm/core/error.h"
#include "csm/core/sizes.h"

namespace csm {

std::vector<Triangle> triangulate(std::span<const Point2> points, double max_edge) {
  if (points.size() < 3) return {};

  // Delaunay's triangulation of whole px around the points.
  double left = points[0].x, right = left, top = points[0].y, bottom = top;
  for (const Point2& p : points) {
    left = std::min(left, p.x), right = std::max(right, p.x), top = std::min(top, p.y),
    bottom = std::max(bottom, p.y);
  }
  const auto origin = [](double value) { return pixel_at(value) - 2; };
  cv::Subdiv2D subdivision(
      cv::Rect(origin(left), origin(top), pixel_at(right - left) + 6, pixel_at(bottom - top) + 6));
  std::map<int, int> index_of_vertex;  // several points on one place share the first one's index
  for (int i = 0; i < int_size(points); ++i) {
    const cv::Point2f place(static_cast<float>(points[i].x), static_cast<float>(points[i].y));
    index_of_vertex.emplace(subdivision.insert(place), i);
  }

  // Each triangle of the subdivision whose corners are points of ours.
  std::vector<Triangle> triangles;
  std::vector<int> leading_edges;
  subdivision.getLeadingEdgeList(leading_edges);
  for (const int first : leading_edges) {
    Triangle triangle{};
    bool is_inner = true;
    int edge = first;
    for (int& corner : triangle) {
      const auto found = index_of_vertex.find(subdivision.edgeOrg(edge));
      is_inner =
          is_inner &&
          found != index_of_vertex.end();  // the subdivision has three corners of its own far away
      if (is_inner) corner = found->second;
      edge = subdivision.getEdge(edge, cv::Subdiv2D::NEXT_AROUND_LEFT);
    }
    if (!is_inner || edge != first) continue;

    // Long edges span a hollow of the outline; the corners run counter-clockwise as seen.
    const auto [a, b, c] = corners_of(triangle, points);
    const double longest =
        std::max({std::hypot(a.x - b.x, a.y - b.y), std::hypot(b.x - c.x, b.y - c.y),
                  std::hypot(c.x - a.x, c.y - a.y)});
    const double area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
    if (longest > max_edge || area == 0) continue;
    if (area > 0) std::swap(triangle[1], triangle[2]);
    triangles.push_back(triangle);
  }
  return triangles;
}

}  // namespace csm
