#pragma once
#include <filesystem>
#include <vector>

#include "csm/core/geometry.h"

namespace csm {

/// Checks that a canonical mesh lies on its picture of height x width px: in px, inside, and upright where its number
/// of vertices tells its topology. Turns y over where it is counted from the bottom, and z where it runs away from the
/// viewer. Returns whether y was turned over.
/// @param file --canonical, for messages
/// Errors: InputError.
bool place_canonical(std::vector<Point3>& vertices, const std::filesystem::path& file, int height, int width);

}  // namespace csm
