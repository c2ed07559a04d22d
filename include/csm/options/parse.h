#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "csm/explain/method_facts.h"
#include "csm/options/options.h"

namespace csm {

enum class Action {
  run,
  plan,
  print_config,
  print_examples,  ///< nothing was asked for
  print_help,
  print_full_help,
  print_version
};

/// What a command line asks for.
struct CommandLine {
  Action action = Action::run;
  Options options;
  std::vector<std::string> warnings;  ///< sentences on options that change nothing
};

/// Returns what the command line asks for: built-in defaults, then the job file (--task NAME is
/// jobs/NAME.cfg of the home folder, else
/// --job FILE), then the command line. Relative paths in a job file are relative to that file, on
/// the command line to the current folder. Never prints, never exits. Errors: InputError for an
/// unknown option (with the nearest valid one), a bad value (with the valid values), a missing job
/// file (with the tasks that exist), an option given twice.
/// @param methods those that --method and --evaluate take
CommandLine parse_command_line(std::span<const std::string> arguments,
                               std::span<const MethodFacts> methods);

/// Five commands that do something useful.
std::string examples_text();

/// The help of the options that most runs need, by what people do with them.
std::string help_text(std::span<const MethodFacts> methods);

/// Checks that the options can hold together. Errors: InputError for what is missing or
/// contradicts.
/// @param methods those that --method and --evaluate take
void check_options(const Options& options, std::span<const MethodFacts> methods);

/// The help of all options by stage, with defaults, units and the methods that --method takes.
std::string full_help_text(std::span<const MethodFacts> methods);

}  // namespace csm
