#pragma once
#include <filesystem>
#include <string>

#include "csm/model/contract.h"

namespace csm {

/// The file beside a model that may hold its contract: x.contract.json for x.pt.
std::filesystem::path contract_beside(const std::filesystem::path& model);

/// A contract and the text that it was read from.
struct ContractText {
  ModelContract contract;
  std::string json;
};

/// Returns the contract inside the model file, or the one beside it.
/// @param inside the JSON text inside the model file; empty if it holds none
/// @param advice what to do if there is none
/// Errors: InputError if there is none, if both are there and differ, or if a field is wrong.
ContractText read_contract(const std::filesystem::path& model, const std::string& inside,
                           const std::string& advice);

/// Returns the contract in a file of its own. Errors: InputError
ContractText read_contract_file(const std::filesystem::path& path);

}  // namespace csm
