#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "csm/core/grid.h"
#include "csm/store/result.h"

namespace csm {

/// Returns the 95 % interval of a share by Wilson's score; 0 to 1 if n is 0.
/// @pre 0 <= n_right <= n
ShareInterval wilson_interval(std::int64_t n_right, std::int64_t n);

/// The same of a share of cases that tell as much as `count` independent ones, which need not be
/// whole. @pre 0 <= share <= 1, count > 0
ShareInterval wilson_interval_of_share(double share, double count);

/// Counts the network's predictions for the images that are in the map, beside their labels. Each
/// image counts as a person.
/// @param classes the names that `label` and `predicted` may have; empty: no classifier, and the
/// result is empty
Classification summarise_classification(std::span<const std::string> classes,
                                        const std::vector<ImageRow>& rows);

}  // namespace csm
