#pragma once
#include <string>
#include <vector>

#include "csm/inference/findings.h"

namespace csm {

/// Corrects the p values of all comparisons of all columns for their number (Holm), takes back what
/// does not hold then, and writes the sentences of each column: what differs, how sure that is, for
/// how many persons, and what would make it surer.
/// @param largest magnitude of the model's map, to state differences as parts of it
/// @param unit of the maps, such as "log odds"; "1" is left out
void conclude(Inference& inference, double largest, const std::string& unit);

/// Which group of each pair the model is surer of, if their 95 % intervals lie apart: that alone
/// can scale a map. @param confidence by name: "log odds"
std::vector<std::string> describe_surer_groups(const ColumnFindings& column,
                                               const std::string& confidence);

}  // namespace csm
