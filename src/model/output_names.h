#pragma once
#include <span>
#include <string>
#include <vector>

#include "csm/model/contract.h"

namespace csm {

/// The names that a model gives to the outputs of its contract, in the contract's order: the same
/// names, or if not all are there and the numbers are equal, those in the same places.
/// @param there names of the model's outputs
/// Errors: MessageFault if they cannot be told apart.
std::vector<std::string> names_of_outputs(std::span<const std::string> there,
                                          const ModelContract& contract);

}  // namespace csm
