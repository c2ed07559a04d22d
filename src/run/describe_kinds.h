#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "csm/inference/coarse_grid.h"
#include "csm/inference/enrichment.h"
#include "csm/inference/findings.h"
#include "csm/measure/design_images.h"
#include "csm/reduce/rank_values.h"

namespace csm {

/// The kinds of explanations among the images with a group: their maps, accuracy, examples, and
/// which values of the columns are commoner in each.
/// @param values of all ranks, by image @param columns of all images
/// @param classes the names that labels may have
MapClusters describe_kinds(const CoarseGrid& grid, std::span<const TestedImage> images,
                           const RankValues& values, std::span<const NamedColumn> columns,
                           std::span<const std::string> classes, std::uint64_t seed);

}  // namespace csm
