#pragma once
#include <string>
#include <vector>

#include "csm/store/result.h"

namespace csm {

struct OcclusionOptions;

/// How much the adaptive engine computed and how far it was off, over all images; a plain sentence.
std::string describe_interpolation(const std::vector<ImageRow>& images);

/// How far the drops of a lower precision were off, over all images, and which images were computed
/// in float32 instead.
std::string describe_precision(const std::vector<ImageRow>& images,
                               const OcclusionOptions& options);

}  // namespace csm
