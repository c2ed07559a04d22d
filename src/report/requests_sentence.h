#pragma once
#include <string>

#include "csm/store/result.h"

namespace csm {

/// What a model that runs elsewhere was asked; empty for other models.
std::string requests_sentence(const RequestCounts& requests);

}  // namespace csm
