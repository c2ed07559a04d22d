#include "readable_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace csm {
namespace {

std::string with_minus_sign(const std::string& text) {
  return text.starts_with('-') ? "\u2212" + text.substr(1) : text;
}

std::string fixed(double value, int n_decimals) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f", std::clamp(n_decimals, 0, 15), value);
  std::string text = buffer.data();
  const bool is_zero = text.find_first_of("123456789") == std::string::npos;
  if (is_zero && text.starts_with('-')) text.erase(0, 1);
  return text;
}

/// Position of the leading digit: 0 for 1..9.99, -1 for 0.1..0.999.
int leading_digit(double value) {
  return static_cast<int>(std::floor(std::log10(std::abs(value))));
}

std::string scientific(double value, int digits) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*e", digits - 1, value);
  return buffer.data();
}

}  // namespace

std::string readable_number(double value, int digits) {
  if (std::isnan(value)) return "unknown";
  if (std::isinf(value)) return value > 0 ? "infinite" : "\u2212infinite";
  if (value == 0) return "0";
  if (std::abs(value) < 1e-4 || std::abs(value) >= 1e6)
    return with_minus_sign(scientific(value, digits));
  std::string text = fixed(value, digits - 1 - leading_digit(value));
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  return with_minus_sign(text);
}

std::string number_with_error(double value, double error) {
  if (!std::isfinite(value) || !std::isfinite(error) || error <= 0) return readable_number(value);
  if (error < 1e-5 || std::abs(value) >= 1e6) {
    return with_minus_sign(scientific(value, 3)) + " ± " + scientific(error, 2);
  }
  const int n_decimals = std::max(0, 1 - leading_digit(error));
  return with_minus_sign(fixed(value, n_decimals)) + " ± " + fixed(error, n_decimals);
}

std::string readable_name(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

}  // namespace csm
