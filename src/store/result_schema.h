#pragma once
#include <vector>

#include "group_schema.h"

namespace csm {

/// Version of the layout of the result file: the first number changes if a reader of the earlier
/// one would fail.
inline constexpr const char* schema_version = "1.2";

/// All groups of the result file with their data sets, parents before what they hold.
std::vector<GroupSchema> result_schema();

}  // namespace csm
