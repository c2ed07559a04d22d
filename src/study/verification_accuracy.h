#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "csm/study/faithfulness.h"
#include "csm/study/verification_curves.h"

namespace csm {

/// The threshold at which as many pairs of one person are rejected as pairs of two are accepted,
/// in shares of each, and that share.
struct EqualError {
  double threshold = 0;
  double rate = 0;  ///< mean of the two shares, which are equal but for the number of pairs
};

/// Returns the equal-error threshold of similarities: of those half-way between two neighbouring
/// similarities the lowest at which the two shares are nearest to each other. A pair is accepted
/// if its similarity is above the threshold.
/// @param is_same (N) 1 for a pair of one person, 0 for a pair of two
/// @pre there are N similarities, and pairs of both kinds
EqualError find_equal_error(std::span<const double> similarities, std::span<const double> is_same);

/// Whether the pair is answered rightly at each step of the curves of its maps, 1 or 0.
/// @param similarities (M x S) of the curves
/// @pre pair.same_person has one value
std::vector<double> right_answers(const ImageFaithfulness& pair,
                                  std::span<const double> similarities, double threshold);

/// Sums up the curves of all pairs at the equal-error threshold of the clean ones ([CorrRISE]);
/// empty without curves of similarities, or without pairs of both kinds.
/// @pre all pairs have M maps and equal steps
VerificationCurves summarise_verification(std::span<const ImageFaithfulness* const> pairs);

}  // namespace csm
