#pragma once
#include <span>
#include <string>
#include <vector>

#include "given_value.h"
#include "option_table.h"

namespace csm {

/// Splits a command line into words with their values, in the order given; a switch without a value gets "on".
/// Errors: InputError for an unknown word (with the nearest valid word), a bare value, a missing value, a word given
/// twice.
std::vector<GivenValue> split_command_line(std::span<const std::string> arguments, const OptionTable& table);

/// Whether the word has its place on the command line only: job, help, version, print-config, plan.
bool is_command_word(const std::string& word);

/// Throws the InputError of an unknown word: `place` is empty, or the file and line; `shown` is what the user wrote.
[[noreturn]] void reject_word(const std::string& place, const std::string& shown, std::span<const std::string> valid);

}  // namespace csm
