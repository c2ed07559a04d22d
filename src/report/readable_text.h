#pragma once
#include <string>
#include <vector>

namespace csm {

/// A number as people read it: `digits` significant digits, a real minus sign, no exponent from
/// 0.0001 to a million; "unknown" for NaN.
std::string readable_number(double value, int digits = 3);

/// "0.12 ± 0.03", rounded to the two leading digits of the error; without the error if it is
/// unknown.
std::string number_with_error(double value, double error);

/// A name for people: "left_eye" (the subject's own side) becomes "left eye", "cms_of_class" "cms
/// of class".
std::string readable_name(std::string name);

/// Round tick positions (1, 2 or 5 times a power of ten apart) that lie in [lowest, highest], at
/// most about `n_ticks`.
std::vector<double> round_ticks(double lowest, double highest, int n_ticks);

}  // namespace csm
