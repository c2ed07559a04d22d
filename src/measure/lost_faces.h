#pragma once
#include <cstdint>
#include <vector>

#include "csm/occlusion/engine.h"
#include "csm/occlusion/patches.h"

namespace csm {

/// Patches for which a model that looks for the face itself found none.
std::int64_t count_lost(const OcclusionScores& scores);

/// Returns per vertex 1 if the model found no face with its patch occluded, else 0; NaN if the
/// vertex is not used. @pre scores are those of the plan's patches
std::vector<double> lost_per_vertex(const PatchPlan& plan, const OcclusionScores& scores);

/// The same of a pair: 1 if the model found no face in one of the two images. NaN if the vertex is
/// not used in both. @pre first and second have one entry per vertex
std::vector<double> lost_of_pair(const std::vector<double>& first,
                                 const std::vector<double>& second);

/// Returns the means of an image and of its mirror image; of a vertex that is used in one of them
/// the value there. @pre both have one entry per vertex
std::vector<double> mean_of_views(const std::vector<double>& image,
                                  const std::vector<double>& mirrored);

}  // namespace csm
