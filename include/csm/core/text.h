#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace csm {

/// The text of `valid` with the smallest edit distance to `text`, if that is at most a third of its
/// length (at least 2).
std::optional<std::string> nearest_text(std::string_view text, std::span<const std::string> valid);

/// "a, b, c"
std::string join(std::span<const std::string> texts, std::string_view separator = ", ");

/// "a, b or c", for the conjunction "or".
std::string enumerate(std::span<const std::string> words, std::string_view conjunction);

/// The parts between the separators, empty ones too: "a,,b" is a, "", b.
std::vector<std::string> split(std::string_view text, char separator);

/// `text` without white space at either end.
std::string trim(std::string_view text);

std::string to_lower(std::string_view text);

/// The finite number that the whole text is; none for other text.
std::optional<double> parse_number(std::string_view text);

/// A number with two digits that count.
std::string format_number(double value);

/// "15 %", "0.31 %".
std::string format_percent(double share);

/// The text as valid UTF-8 without NUL: every other byte becomes U+FFFD, so that readers of the
/// result file can decode it.
std::string as_utf8(std::string_view text);

/// Names are refused, or cut in a sentence, if they have more characters.
inline constexpr std::size_t longest_name = 100;

/// The number of characters of a UTF-8 text.
std::size_t n_characters(std::string_view text);

/// The text on one line, as people, tables and terminals can show it: line breaks and tabs become a
/// blank, other control characters, and those that turn the direction of writing, an escape such as
/// \x1b or \u202e. What has none of them comes back as it is.
std::string one_line(std::string_view text);

/// A value of a table in a sentence: on one line, and of at most 60 characters, else cut: "It was a
/// dark and… (512 characters)".
std::string shown_value(std::string_view value);

}  // namespace csm
