#include "number_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace csm {

std::string format_number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2g", value);
  return text.data();
}

std::string format_p(double p) {
  constexpr double smallest = 0.001;
  if (p < smallest - 1e-9) return "p < 0.001";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), p < 0.1 ? "%.3f" : "%.2f", p);
  return std::string("p = ") + text.data();
}

std::string format_percent(double share) {
  return (share >= 0.1 ? std::to_string(std::llround(100 * share)) : format_number(100 * share)) +
         " %";
}

std::string with_unit(double value, const std::string& unit) {
  return format_number(value) + (unit.empty() || unit == "1" ? "" : " " + unit);
}

std::string readable(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

}  // namespace csm
