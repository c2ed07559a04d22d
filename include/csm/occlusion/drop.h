#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "csm/occlusion/patches.h"

namespace csm {

/// S(v_i) of every vertex; NaN if the vertex is not used. Eq. (1): conf(I) - conf(I (.) M_v),
/// signed.
/// @param occluded_confidence conf(I (.) M_v) with each distinct patch of the plan occluded
std::vector<double> drop_per_vertex(const PatchPlan& plan, double clean_confidence,
                                    const IdVector<PatchId, double>& occluded_confidence);

/// How far the drops of an approximation are from the computed ones; all 0 if nothing was audited.
struct DropAudit {
  std::int64_t n = 0;
  double error = 0;        ///< root mean square: error^2 = bias^2 + spread^2
  double correlation = 0;  ///< Pearson's; 0 if one side does not vary
  double bias = 0;    ///< mean of the error; above 0 if the approximation's drops are too large
  double spread = 0;  ///< standard deviation of the error
  double drop_spread = 0;  ///< standard deviation of the computed drops
};

/// @pre approximated and computed have one confidence per audited patch
DropAudit audit_drops(std::span<const double> approximated, std::span<const double> computed);

/// The error as a share of the spread of the computed drops; infinite if these do not vary but the
/// others err.
double relative_error(const DropAudit& audit);

}  // namespace csm
