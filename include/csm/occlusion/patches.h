#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "csm/core/geometry.h"
#include "csm/core/typed_id.h"

namespace csm {

/// The pixels that one patch occludes: [x1, x2) x [y1, y2).
struct PatchRect {
  int x1 = 0;
  int y1 = 0;
  int x2 = 0;
  int y2 = 0;
  bool empty() const { return x2 <= x1 || y2 <= y1; }
  bool operator==(const PatchRect&) const = default;
  auto operator<=>(const PatchRect&) const = default;
};

/// Whether a vertex lies on the network's input, so that there is something of the face to occlude.
bool is_on_input(Point2 v, int height, int width);

/// The first pixel of a patch and the one after its last, along one axis: [max(0, floor(centre -
/// side/2)), that + side), cut at length. Of the network's input and of the canonical face alike.
std::pair<int, int> patch_interval(double centre, double side, int length);

/// The square of side s at v on the network's input, Eqs. (2) and (3) with the authors' pixel rule:
/// x1 = max(0, floor(v.x - s/2)), x2 = min(x1 + s, width), the same for y: shifted at the near
/// side, cropped at the far side.
/// @pre patch_size >= 1
PatchRect patch_on_input(Point2 v, int patch_size, int height, int width);

/// A patch among the distinct ones of an image, and a vertex v_i of its mesh: many vertices share a
/// patch.
using PatchId = Id<struct PatchKind>;
using VertexId = Id<struct VertexKind>;

/// The patch of each vertex; none if the vertex is not used.
using PatchOfVertex = IdVector<VertexId, std::optional<PatchId>>;

/// What is computed for one image: patches that fall on the same pixels are listed once.
struct PatchPlan {
  std::vector<PatchRect>
      patches;  ///< distinct, sorted; the order depends on the image and the options only
  PatchOfVertex patch_of_vertex;
  std::int64_t n_used_vertices = 0;
};

/// Plans the patches of the vertices v_i [px of the network's input]. Not used are vertices that
/// are not visible and those whose position lies outside the input: there is nothing of the face to
/// occlude.
/// @pre visible has one entry per vertex
PatchPlan plan_patches(std::span<const Point2> vertices, std::span<const unsigned char> visible,
                       int patch_size, int height, int width);

/// Which vertices of an image are measured: 1 for each of a simple random sample without
/// replacement, 0 for the others; all 1 if n_sample is none or not below n_vertices. A function of
/// the arguments only, so that ranks, schedule and restart do not change it.
///
/// Why this keeps the CMS unbiased: let a_q be the used vertices whose squares hold pixel q. Given
/// that c >= 1 vertices of the sample are among them, these are a simple random sample of size c of
/// a_q, because every subset of that size is equally likely and the draw knows nothing of the
/// drops. The mean of their drops, which Eq. (5) takes, therefore has the full CIS(q) as its
/// expectation, and the mean over the images with C(q) > 0, Eq. (6), that of the full CMS(q). The
/// variance between these images holds the sampling term already: sqrt(var/n) stays the standard
/// error.
/// @pre n_vertices >= 0, n_sample >= 1
std::vector<unsigned char> sample_vertices(std::int64_t n_vertices,
                                           std::optional<std::int64_t> n_sample,
                                           std::uint64_t seed);

}  // namespace csm
