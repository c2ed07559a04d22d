#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace csm {

/// Values from `low` on and below `end`.
struct ValueRange {
  double low = 0;
  double end = 0;  ///< infinite for "70+"
};

/// The number that a text is, or begins with before a unit, "24 years"; none for other text.
std::optional<double> parse_value(const std::string& text);

/// What "20-29", "(25, 32)", "20 to 29", "30s", "70+", "more than 70", "under 10" and the like say
/// of whole numbers: "20-29" ends below 30. None for other text, single numbers too.
std::optional<ValueRange> parse_range(const std::string& text);

/// The ranges of classes; none for a class that is not a range. Where one class begins with the
/// number that another one ends with ("0-10", "10-20"), numbers are not begun years: no class holds
/// more than its own last number.
std::vector<std::optional<ValueRange>> parse_class_ranges(std::span<const std::string> classes);

/// Whether a range lies in another one.
bool is_within(const ValueRange& inner, const ValueRange& outer);

}  // namespace csm
