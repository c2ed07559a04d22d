#pragma once
#include <span>
#include <string>
#include <vector>

#include "csm/store/result.h"

namespace csm {

enum class FaceChoice;

/// What a reader of the result must know of the faces: photos with more than one, meshes whose y
/// axis was turned over, one mesh for several photos. One sentence each, none if there is
/// nothing.
std::vector<std::string> describe_faces(std::span<const ImageRow> rows, FaceChoice choice);

}  // namespace csm
