#pragma once
#include <span>
#include <string>
#include <vector>

#include "csm/measure/design_images.h"

namespace csm {

/// Takes images whose map has no value out of their groups.
/// @param largest magnitude of each map, NaN of one without a value (n_images)
void leave_out_empty_maps(std::vector<TestedImage>& images, std::span<const float> largest);

/// What a reader must know of the maps of these images before what holds: maps without a value, and
/// one map that outweighs all others. @param images before leave_out_empty_maps
std::vector<std::string> describe_maps(std::span<const TestedImage> images,
                                       std::span<const float> largest);

/// Errors: InputError if no map of these images has a value, or all are zero.
/// @param confidence by name: "log odds"
void require_drops(std::span<const TestedImage> images, std::span<const float> largest,
                   const std::string& confidence);

/// A remark on groups whose maps are all zero, while others are not; empty if there is none.
/// @param confidence as above
std::string describe_zero_groups(std::span<const TestedImage> images,
                                 std::span<const float> largest, const std::string& confidence);

}  // namespace csm
