#include "plan_line.h"

#include <cmath>
#include <cstdio>

namespace csm {

std::string plan_line(const char* name, double value, const char* unit) {
  char text[128];
  const bool is_whole = value >= 1000 || value == std::floor(value);
  const char* format = is_whole ? "%-34s %14.0f%s%s\n" : "%-34s %14.4g%s%s\n";
  std::snprintf(text, sizeof(text), format, name, value, *unit == '\0' ? "" : " ", unit);
  return text;
}

std::string multiply_adds_line(const char* name, double value, const char* unit) {
  if (value > 0) return plan_line(name, value, unit);
  char text[128];
  std::snprintf(text, sizeof(text), "%-34s %14s (no operator is counted)\n", name, "not known");
  return text;
}

std::string time_line(double seconds, EarlyEnd early_end) {
  const bool may_end_early = early_end == EarlyEnd::possible;
  std::string unit = may_end_early ? "s at most" : "s";
  if (seconds >= 120) unit += ", " + std::to_string(std::lround(seconds / 60)) + " min";
  unit += may_end_early ? " (estimate); the run may end early" : " (estimate)";
  return plan_line("time", seconds, unit.c_str());
}

}  // namespace csm
