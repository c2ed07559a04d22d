#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "csm/occlusion/patches.h"

namespace csm {

/// S(v_i) of every vertex; NaN where the vertex is not used. Eq. (1): conf(I) - conf(I (.) M_v), signed.
/// @pre covered_confidence has one entry per distinct patch of the plan
std::vector<double> drop_per_vertex(const PatchPlan& plan, double clean_confidence,
                                    std::span<const double> covered_confidence);

/// How far the interpolated drops of an approximation are from the computed ones; all 0 where nothing was audited.
struct DropAudit {
  std::int64_t n = 0;
  double error = 0;        ///< root mean square
  double correlation = 0;  ///< Pearson's; 0 where one side does not vary
};

/// @pre interpolated and computed have one confidence per audited patch
DropAudit audit_drops(std::span<const double> interpolated, std::span<const double> computed);

}  // namespace csm
