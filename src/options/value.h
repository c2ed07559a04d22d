#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "csm/study/study_options.h"

namespace csm {

/// An option with its value as the user wrote it, and where.
struct GivenValue {
  std::string name;  ///< the option without dashes
  std::string text;  ///< the value
  std::string
      origin;  ///< "--patch-size" on the command line, "gender.cfg:12: patch-size" in a job file
  std::filesystem::path base_folder;  ///< what relative paths are relative to
};

/// Throws the InputError of a bad value: what the user wrote, what the option is for, what would be
/// valid.
[[noreturn]] void reject_value(const GivenValue& given, const std::string& meaning,
                               const std::string& advice);

/// The value as a whole number in [lowest, highest]; `unit` and `meaning` go into the message.
std::int64_t parse_integer(const GivenValue& given, const std::string& meaning, std::int64_t lowest,
                           std::int64_t highest, const std::string& other_value = "");

/// The value as a whole number in [0, 2^64).
std::uint64_t parse_unsigned(const GivenValue& given, const std::string& meaning);

/// The value as a finite number in [lowest, highest].
double parse_number(const GivenValue& given, const std::string& meaning, double lowest,
                    double highest);

/// The position of the value among the valid names.
std::size_t parse_choice(const GivenValue& given, const std::string& meaning,
                         std::span<const std::string> valid);

/// The value as an absolute path; relative ones start at the base folder.
std::filesystem::path parse_path(const GivenValue& given);

/// NAME=FILE or FILE; if a file of the whole name exists, that file is meant. A NAME has letters,
/// digits and '_' only.
NamedFile parse_named_file(const GivenValue& given);

/// What reads back as the same named file.
std::string named_file_text(const NamedFile& named);

/// "RRGGBB" as three bytes, none if the text is not such a colour.
std::optional<std::array<std::uint8_t, 3>> parse_colour(std::string_view text);

/// The shortest text that reads back as the same number.
std::string number_text(double value);

}  // namespace csm
