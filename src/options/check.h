#pragma once
#include <span>

#include "csm/explain/method_facts.h"
#include "csm/options/options.h"

namespace csm {

/// Checks that the options can hold together. Errors: InputError for what is missing or
/// contradicts.
/// @param methods those that --method and --evaluate take
void check_options(const Options& options, std::span<const MethodFacts> methods);

}  // namespace csm
