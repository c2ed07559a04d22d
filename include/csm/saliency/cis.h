#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "csm/core/geometry.h"
#include "csm/core/grid.h"
#include "csm/occlusion/patches.h"

namespace csm {

enum class DensityNormalisation;

/// A canonical image saliency map.
struct CisMap {
  Grid<float> values;  ///< Eq. (5), or Eq. (4) without density normalisation; 0 where count = 0
  Grid<std::int32_t> count;  ///< C: vertices that paint the pixel
};

/// The square of side S at f on the canonical image: x1 = max(0, floor(f.x - S/2)), x2 =
/// min(floor(x1 + S), size), the same for y.
PatchRect patch_on_canonical(Point2 f, double patch_side, int size);

/// Paints the drops on the canonical face. Eq. (4): H'(q) += S(v_i), C(q) += 1 for every q in the S
/// x S square at f_i, for every used vertex; Eq. (5): CIS = H' / C.
/// @pre drops has one entry per canonical vertex, NaN if the vertex is not used
/// With a midline [px] each drop is painted at the mirrored place too: H' and C are those of both,
/// and without density normalisation H' is halved, so that the map is the mean of itself and its
/// mirror image.
/// @pre patch_side S > 0 [px of the canonical image]
CisMap compute_cis(std::span<const Point2> canonical_vertices, std::span<const double> drops,
                   double patch_side, int size, DensityNormalisation density_normalisation,
                   std::optional<double> midline = std::nullopt);

/// The column that mirrors a column at the midline [px]; outside 0 .. size - 1 where the face
/// reaches further on one side.
int mirrored_column(int column, double midline);

}  // namespace csm
