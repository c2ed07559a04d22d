#pragma once
#include <string>

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

}  // namespace csm
