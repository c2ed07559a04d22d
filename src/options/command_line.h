#pragma once
#include <span>
#include <string>
#include <vector>

#include "option_table.h"
#include "value.h"

namespace csm {

/// Splits a command line into options with their values, in the order given; a switch without a
/// value gets "on". Errors: InputError for an unknown option (with the nearest valid one), a bare
/// value, a missing value, an option given twice.
std::vector<GivenValue> split_command_line(std::span<const std::string> arguments,
                                           const OptionTable& table);

/// Whether the option has its place on the command line only: job, help, version, print-config,
/// plan.
bool is_command_name(const std::string& name);

/// Throws the InputError of an unknown option: `place` is empty, or the file and line; `shown` is
/// what the user wrote.
[[noreturn]] void reject_name(const std::string& place, const std::string& shown,
                              std::span<const std::string> valid);

}  // namespace csm
