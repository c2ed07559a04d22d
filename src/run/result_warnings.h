#pragma once
#include <string>
#include <vector>

#include "csm/store/result.h"

namespace csm {

/// Returns what speaks against trusting a result, a sentence each, the gravest first; none if
/// nothing does. Looks at: maps that are zero (of all images, or of a whole group), halves of the
/// images that agree at r < .3, an accuracy below that of always giving one answer, all images
/// taken for one class, saturated confidences, images left out and places seen in few images.
/// @param result everything but its warnings is filled in
std::vector<std::string> result_warnings(const Result& result);

}  // namespace csm
