#pragma once
#include <string>

namespace csm {

/// Now, ISO 8601, UTC, in whole seconds.
std::string timestamp();

}  // namespace csm
