#pragma once
#include <vector>

#include "contract_reader.h"
#include "csm/model/contract.h"

namespace csm {

/// The list `outputs`. Errors: InputError that names the field.
std::vector<OutputContract> read_outputs(const ContractReader& reader);

/// Reads what the role needs besides: the classes and heads of a classifier; and checks that the
/// outputs are of the role's kinds. @pre role and outputs are read
/// Errors: InputError that names the field.
void read_role(const ContractReader& reader, const ContractJson& root, ModelContract& contract);

}  // namespace csm
