#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/text.h"

namespace csm {

using ContractJson = nlohmann::json;

/// Reads fields by their dotted names; its errors name the field.
class ContractReader {
 public:
  ContractReader(const ContractJson& root, std::string file_name)
      : root_(root), file_name_(std::move(file_name)) {}

  [[noreturn]] void fail(const std::string& field, const std::string& problem) const {
    throw InputError({"the contract of '" + file_name_ + "' is wrong: `" + field + "` " + problem,
                      "", "docs/model_contract.md lists the fields; csm export writes them."});
  }

  /// Fails if a value cannot be meant.
  void require_none(const std::string& field, const std::optional<std::string>& fault) const {
    if (fault) fail(field, *fault);
  }

  const ContractJson& at(const std::string& field) const {
    const ContractJson* node = &root_;
    std::size_t begin = 0;
    while (begin <= field.size()) {
      const std::size_t end = std::min(field.find('.', begin), field.size());
      const std::string key = field.substr(begin, end - begin);
      if (!node->is_object() || !node->contains(key)) fail(field, "is missing");
      node = &node->at(key);
      begin = end + 1;
    }
    return *node;
  }

  std::string text(const std::string& field) const {
    const ContractJson& node = at(field);
    if (!node.is_string()) fail(field, "is " + node.dump() + ", not a text");
    return node.get<std::string>();
  }

  int positive(const std::string& field) const {
    const ContractJson& node = at(field);
    if (!node.is_number_integer() || node.get<std::int64_t>() < 1 ||
        node.get<std::int64_t>() > 65536) {
      fail(field, "is " + node.dump() + ", not a whole number from 1 to 65536");
    }
    return node.get<int>();
  }

  std::array<double, 3> triple(const std::string& field) const {
    const ContractJson& node = at(field);
    const bool fits = node.is_array() && node.size() == 3 &&
                      std::all_of(node.begin(), node.end(),
                                  [](const ContractJson& value) { return value.is_number(); });
    if (!fits) fail(field, "is " + node.dump() + ", not three numbers");
    return {node[0].get<double>(), node[1].get<double>(), node[2].get<double>()};
  }

  template <class T>
  T choice(const std::string& field, const std::vector<std::pair<std::string, T>>& valid) const {
    return choice_in(field, text(field), valid);
  }

  template <class T>
  T choice_in(const std::string& field, const std::string& value,
              const std::vector<std::pair<std::string, T>>& valid) const {
    std::vector<std::string> names;
    for (const auto& [name, meaning] : valid) {
      if (name == value) return meaning;
      names.push_back(name);
    }
    fail(field, "is '" + value + "', not one of " + join(names));
  }

 private:
  const ContractJson& root_;
  std::string file_name_;
};

}  // namespace csm
