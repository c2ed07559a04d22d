#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "csm/core/geometry.h"
#include "csm/core/grid.h"

namespace csm {

/// 1 / p(q) of every pixel (size x size): p(q) = 1 - C(V - a, n) / C(V, n) is the chance that a
/// simple random sample of n of the V vertices holds one of the a vertices that paint q. 1 where no
/// vertex paints q, and everywhere if n_sample is none or not below V. With a midline a vertex also
/// paints the mirrored place, as in compute_cis.
/// @pre patch_side S > 0 [px of the canonical image]
Grid<double> coverage_weights(std::span<const Point2> canonical_vertices, double patch_side,
                              int size, std::optional<std::int64_t> n_sample,
                              std::optional<double> midline = std::nullopt);

}  // namespace csm
