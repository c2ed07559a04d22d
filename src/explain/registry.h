#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "saliency_method.h"

namespace csm {

/// All methods, in the order of the help.
const std::vector<SaliencyMethod>& saliency_methods();

/// The method of this name. @pre there is one
const SaliencyMethod& find_saliency_method(std::string_view name);

/// The methods that look at the network and have this property, for advice: "csm, gradient or
/// rise".
std::string advise_methods(bool (*has)(const MethodNeeds& needs));

}  // namespace csm
