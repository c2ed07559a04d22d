#pragma once
#include <string>

#include "csm/store/result.h"

namespace csm {

/// The table that the run prints at its end.
std::string summary_table(const Result& result);

}  // namespace csm
