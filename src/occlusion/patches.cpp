#include "csm/occlusion/patches.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/random.h"

namespace csm {

std::pair<int, int> patch_interval(double centre, double side, int length) {
  const int begin = std::max(0, pixel_at(centre - side / 2));
  return {begin, std::min(pixel_at(begin + side), length)};
}

bool is_on_input(Point2 v, int height, int width) {
  return v.x >= 0 && v.x < width && v.y >= 0 && v.y < height;
}

PatchRect patch_on_input(Point2 v, int patch_size, int height, int width) {
  CSM_EXPECT(patch_size >= 1);
  const auto [x1, x2] = patch_interval(v.x, patch_size, width);
  const auto [y1, y2] = patch_interval(v.y, patch_size, height);
  return {.x1 = x1, .y1 = y1, .x2 = x2, .y2 = y2};
}

PatchPlan plan_patches(std::span<const Point2> vertices, std::span<const unsigned char> visible,
                       int patch_size, int height, int width) {
  CSM_EXPECT(vertices.size() == visible.size());
  std::vector<std::pair<PatchRect, VertexId>> used;
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    if (visible[i] == 0 || !is_on_input(vertices[i], height, width)) continue;
    used.emplace_back(patch_on_input(vertices[i], patch_size, height, width), VertexId(i));
  }

  // Vertices whose patches are the same pixels follow one another.
  std::sort(used.begin(), used.end());
  PatchPlan plan{.patches = {},
                 .patch_of_vertex = PatchOfVertex(std::ssize(vertices)),
                 .n_used_vertices = std::ssize(used)};
  for (const auto& [patch, vertex] : used) {
    if (plan.patches.empty() || plan.patches.back() != patch) plan.patches.push_back(patch);
    plan.patch_of_vertex[vertex] = PatchId(plan.patches.size() - 1);
  }
  return plan;
}

std::vector<unsigned char> sample_vertices(std::int64_t n_vertices,
                                           std::optional<std::int64_t> n_sample,
                                           std::uint64_t seed) {
  CSM_EXPECT(n_vertices >= 0 && n_sample.value_or(1) >= 1);
  if (!n_sample || *n_sample >= n_vertices) return std::vector<unsigned char>(n_vertices, 1);
  std::vector<unsigned char> is_measured(n_vertices, 0);
  const std::vector<std::int64_t> order = seeded_permutation(n_vertices, seed);
  for (const std::int64_t vertex : std::span(order).first(*n_sample)) is_measured[vertex] = 1;
  return is_measured;
}

}  // namespace csm
