#pragma once
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

/// The text as valid UTF-8 without NUL: every other byte becomes U+FFFD, so that readers of the
/// result file can decode it.
std::string as_utf8(std::string_view text);

}  // namespace csm
