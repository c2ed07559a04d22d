#pragma once
#include <string>
#include <vector>

#include "csm/inference/findings.h"

namespace csm {

/// What the intervals of the map hold, in sentences. @param unit of the map
std::vector<std::string> describe_intervals(const MapIntervals& intervals, const std::string& unit);

}  // namespace csm
