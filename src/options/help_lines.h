#pragma once
#include <string>

#include "option_table.h"

namespace csm {

/// An option as it is written: "--patch-size PX", "--quiet".
std::string flag_of(const OptionEntry& entry);

/// The lines of the help of one option, with the text in a column of its own.
std::string help_lines(const std::string& flag, const std::string& text);

}  // namespace csm
