#include "support/golden.h"

#include <fstream>
#include <limits>

namespace csm::test {

nlohmann::json golden(const std::string& part, const std::string& file) {
  std::ifstream stream(CSM_GOLDEN_DIR "/" + file);
  return nlohmann::json::parse(stream).at(part);
}

std::vector<double> numbers(const nlohmann::json& list) {
  std::vector<double> values;
  for (const auto& entry : list)
    values.push_back(entry.is_null() ? std::numeric_limits<double>::quiet_NaN()
                                     : entry.get<double>());
  return values;
}

}  // namespace csm::test
