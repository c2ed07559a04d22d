#pragma once
#include <string>

namespace csm {

/// A row of the plan: four significant digits of what is measured or estimated, all of a count.
std::string plan_line(const char* name, double value, const char* unit);

/// As plan_line, of a count of multiply-adds: 0 of a model whose operators cannot be counted.
std::string multiply_adds_line(const char* name, double value, const char* unit);

/// Whether a run may end before its last image.
enum class EarlyEnd { none, possible };

/// The estimated time [s], from two minutes on also in minutes.
std::string time_line(double seconds, EarlyEnd early_end);

}  // namespace csm
