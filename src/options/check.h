#pragma once
#include "csm/options/options.h"

namespace csm {

/// Checks that the options can hold together. Errors: InputError for what is missing or contradicts.
void check_options(const Options& options);

}  // namespace csm
