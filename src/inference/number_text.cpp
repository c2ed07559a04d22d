#include "number_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "csm/core/text.h"
#include "csm/inference/inference_options.h"

namespace csm {

std::string format_p(double p) {
  constexpr double smallest_shown = 0.0005;
  if (p < smallest_shown) return "p < 0.001";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), p < 0.1 ? "%.3f" : "%.2f", p);
  return std::string("p = ") + text.data();
}

std::string with_unit(double value, const std::string& unit) {
  return format_number(value) + (unit.empty() || unit == "1" ? "" : " " + unit);
}

std::string readable(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string list_first(std::vector<std::string> texts) {
  constexpr std::size_t most_listed = 4;
  if (texts.size() <= most_listed) return join(texts);
  const std::size_t n_more = texts.size() - most_listed;
  texts.resize(most_listed);
  return join(texts) + " and " + std::to_string(n_more) + " more";
}

std::string name_units(const std::string& exchange_by, const std::string& cases) {
  return exchange_by == exchange_images ? cases : "persons";
}

}  // namespace csm
