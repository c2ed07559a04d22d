#pragma once
#include <string>

namespace csm {

/// A number with two digits that count.
std::string format_number(double value);

/// "p = 0.012", "p = 0.31".
std::string format_p(double p);

/// "15 %", "0.31 %".
std::string format_percent(double share);

/// "0.12 log odds"; the unit "1" is left out.
std::string with_unit(double value, const std::string& unit);

/// "left_brow" as "left brow".
std::string readable(std::string name);

}  // namespace csm
