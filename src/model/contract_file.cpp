#include "contract_file.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "csm/core/error.h"

namespace csm {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return "";
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Whether two texts say the same, however they are laid out.
bool is_same_json(const std::string& a, const std::string& b) {
  const auto first = nlohmann::json::parse(a, nullptr, /*allow_exceptions=*/false);
  const auto second = nlohmann::json::parse(b, nullptr, /*allow_exceptions=*/false);
  return !first.is_discarded() && first == second;
}

}  // namespace

std::filesystem::path contract_beside(const std::filesystem::path& model) {
  return std::filesystem::path(model).replace_extension(".contract.json");
}

ContractText read_contract(const std::filesystem::path& model, const std::string& inside,
                           const std::string& advice) {
  const std::filesystem::path beside = contract_beside(model);
  const std::string outside = text_of(beside);
  if (inside.empty() && outside.empty()) {
    throw InputError({"the model file '" + model.string() + "' holds no contract.json, and '" +
                          beside.filename().string() + "' is not beside it",
                      "without it nobody knows the input size, the normalisation and the classes",
                      advice});
  }
  if (!inside.empty() && !outside.empty() && !is_same_json(inside, outside)) {
    throw InputError({"the contract inside the model file '" + model.string() + "' and the file '" +
                          beside.string() + "' differ",
                      "the map would depend on which of them is believed",
                      "Correct or remove the file beside the model."});
  }
  if (inside.empty())
    return {.contract = parse_contract(outside, beside.string()), .json = outside};
  return {.contract = parse_contract(inside, model.string()), .json = inside};
}

ContractText read_contract_file(const std::filesystem::path& path) {
  std::string json = std::filesystem::is_regular_file(path) ? text_of(path) : "";
  if (json.empty())
    throw InputError({"the contract '" + path.string() + "' cannot be read or is empty", "",
                      "Check --contract."});
  ModelContract contract = parse_contract(json, path.string());
  return {.contract = std::move(contract), .json = std::move(json)};
}

}  // namespace csm
