#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "csm/store/result.h"

namespace csm {

/// The patches of the first image_count[k] good images that went through the network, for each k.
/// @pre rows is in the seeded order and has at least image_count.back() good images; image_count
/// ascends
std::vector<std::int64_t> count_forwards(std::span<const ImageRow> rows,
                                         std::span<const std::int64_t> image_count);

}  // namespace csm
