#pragma once
#include <span>
#include <vector>

#include "csm/occlusion/patches.h"

namespace csm {

/// S(v_i) of every vertex; NaN where the vertex is not used. Eq. (1): conf(I) - conf(I (.) M_v), signed.
/// @pre covered_confidence has one entry per distinct patch of the plan
std::vector<double> drop_per_vertex(const PatchPlan& plan, double clean_confidence,
                                    std::span<const double> covered_confidence);

}  // namespace csm
