#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace csm::test {

/// One part of tests/golden/golden.json, which make_golden.py writes.
nlohmann::json golden(const std::string& part);

/// A list of numbers; null becomes NaN.
std::vector<double> numbers(const nlohmann::json& list);

}  // namespace csm::test
