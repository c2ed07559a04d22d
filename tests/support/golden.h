#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace csm::test {

/// One part of a file of tests/golden: golden.json, which make_golden.py writes, or explain.json of
/// make_explain_golden.py.
nlohmann::json golden(const std::string& part, const std::string& file = "golden.json");

/// A list of numbers; null becomes NaN.
std::vector<double> numbers(const nlohmann::json& list);

}  // namespace csm::test
