#pragma once
#include <span>
#include <string>
#include <vector>

#include "option_table.h"
#include "value.h"

namespace csm {

/// What a program takes on its command line besides the options of its table.
struct Program {
  std::string name;                  ///< "csm_mpi"
  std::string help;                  ///< the option that lists all options
  std::vector<std::string> actions;  ///< options without a value: help, plan
  std::vector<std::string> values;   ///< options with one, which no job file may hold: job
  std::string file;                  ///< of the one file that stands alone; empty: none may
};

/// A command line in its parts.
struct SplitLine {
  std::vector<GivenValue> values;  ///< in the order given; a switch without a value has "on"
  std::string file;                ///< that stands alone; empty: none is given
};

/// Splits a command line into options with their values. Errors: InputError, in the name of the
/// program, for an unknown option (with the nearest valid one), a value that stands alone, a
/// missing value, an option given twice.
SplitLine split_command_line(std::span<const std::string> arguments, const OptionTable& table,
                             const Program& program);

/// Whether the option has its place on the command line only: job, help, version, print-config,
/// plan.
bool is_command_name(const std::string& name, const Program& program);

/// Throws the InputError of an unknown option: `place` is empty, or the file and line; `shown` is
/// what the user wrote.
[[noreturn]] void reject_name(const std::string& place, const std::string& shown,
                              std::span<const std::string> valid, const Program& program);

}  // namespace csm
