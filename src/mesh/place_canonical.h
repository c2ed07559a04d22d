#pragma once
#include <filesystem>
#include <vector>

#include "csm/core/geometry.h"

namespace csm {

/// Checks that a canonical mesh lies on its image of height x width px: in px, inside, and upright
/// if its number of vertices identifies its topology. Turns y over if it is counted from the
/// bottom, and z if it runs away from the viewer. Returns whether y was turned over.
/// @param file --canonical, for messages
/// Errors: InputError.
bool place_canonical(std::vector<Point3>& vertices, const std::filesystem::path& file, int height,
                     int width);

}  // namespace csm
