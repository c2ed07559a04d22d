#pragma once
#include "csm/measure/face_input.h"

namespace csm {

/// The network's input with left and right exchanged: the picture, the vertices at x -> width - x,
/// and the patches of the vertices that are used on the face. The photo and the fitted face stay
/// empty.
FaceInput mirror_face(const FaceInput& face, int patch_size);

}  // namespace csm
