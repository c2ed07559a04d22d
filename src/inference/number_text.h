#pragma once
#include <string>
#include <vector>

namespace csm {

/// "p = 0.012", "p = 0.31", "p < 0.001" in place of 0.000.
std::string format_p(double p);

/// "0.12 log odds"; the unit "1" is left out.
std::string with_unit(double value, const std::string& unit);

/// "left_brow" as "left brow".
std::string readable(std::string name);

/// The first of the texts, as more fill a sentence that nobody reads: "a, b, c, d and 3 more".
std::string list_first(std::vector<std::string> texts);

/// Who is exchanged or resampled: "persons", or each image or pair of faces as one.
/// @param cases what an image of the run is: "images", or "pairs" @param exchange_by a column
std::string name_units(const std::string& exchange_by, const std::string& cases);

}  // namespace csm
