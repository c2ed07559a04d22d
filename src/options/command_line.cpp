// The only file that sees Boost.Program_options: it splits the command line; what the options mean
// is in the table.
#include "command_line.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <filesystem>
#include <set>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "option_table.h"

namespace csm {
namespace {

namespace po = boost::program_options;

bool is_in(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

po::options_description description(const OptionTable& table, const Program& program) {
  po::options_description all;
  for (const OptionEntry& entry : table.entries()) {
    po::typed_value<std::string>* value = po::value<std::string>();
    if (entry.placeholder.empty()) value->implicit_value("on");
    all.add_options()(entry.name.c_str(), value, "");
  }
  for (const std::string& name : program.values)
    all.add_options()(name.c_str(), po::value<std::string>(), "");
  for (const std::string& name : program.actions) all.add_options()(name.c_str(), "");
  return all;
}

std::vector<std::string> valid_names(const OptionTable& table, const Program& program) {
  std::vector<std::string> names = table.names();
  names.insert(names.end(), program.values.begin(), program.values.end());
  names.insert(names.end(), program.actions.begin(), program.actions.end());
  return names;
}

std::string without_dashes(const std::string& text) {
  const std::string name = text.substr(0, text.find('='));
  const std::size_t begin = name.find_first_not_of('-');
  return begin == std::string::npos ? std::string() : name.substr(begin);
}

bool is_switch(const OptionEntry* entry) { return entry != nullptr && entry->placeholder.empty(); }

bool is_on_or_off(const std::string& value) { return value == "on" || value == "off"; }

std::string where_options_are(const Program& program) {
  return program.name + " " + program.help + " lists all options.";
}

po::parsed_options parse(const std::vector<std::string>& arguments,
                         const po::options_description& all) {
  const int style = po::command_line_style::allow_long |
                    po::command_line_style::long_allow_adjacent |
                    po::command_line_style::long_allow_next;
  return po::command_line_parser(arguments).options(all).style(style).allow_unregistered().run();
}

/// Throws the InputError of an option without its value, or of an action with one.
[[noreturn]] void reject_missing_value(const std::string& name, const OptionTable& table,
                                       const Program& program) {
  const bool is_action = is_in(program.actions, name);
  const OptionEntry* entry = table.find(name);
  throw InputError({"--" + name + (is_action ? " takes no value" : " has no value"), "",
                    is_action ? where_options_are(program)
                              : "Write --" + name + " " +
                                    (entry != nullptr ? entry->placeholder : "FILE") + "."});
}

/// Throws the InputError of what is neither an option nor the value of one.
/// @param previous the option before it; empty: none
[[noreturn]] void reject_alone(const std::string& shown, const std::string& previous,
                               const std::string& file, const OptionTable& table,
                               const Program& program) {
  const std::string problem = "'" + shown + "' stands alone";
  const std::string name = without_dashes(shown);
  if (shown.starts_with("-") && !shown.starts_with("--") &&
      (table.find(name) != nullptr || is_command_name(name, program))) {
    throw InputError({"unknown option '" + shown + "'", "",
                      "Did you mean '--" + name + "'? " + where_options_are(program)});
  }
  if (is_switch(table.find(previous))) {
    throw InputError(
        {problem + " after --" + previous, "that is a switch: on or off",
         "Write --" + previous + ", or --" + previous + "=off. " + where_options_are(program)});
  }
  if (is_in(program.actions, previous)) {
    throw InputError({problem + " after --" + previous, "that takes no value",
                      "Remove it. " + where_options_are(program)});
  }
  if (!file.empty()) {
    throw InputError({problem, program.name + " takes one file, and '" + file + "' is given",
                      "Remove one of them. " + where_options_are(program)});
  }
  throw InputError({problem, program.name + " takes only options",
                    "Write --option VALUE; " + where_options_are(program)});
}

}  // namespace

bool is_command_name(const std::string& name, const Program& program) {
  return is_in(program.values, name) || is_in(program.actions, name);
}

void reject_name(const std::string& place, const std::string& shown,
                 std::span<const std::string> valid, const Program& program) {
  const std::optional<std::string> nearest = nearest_text(without_dashes(shown), valid);
  const std::string dashes = shown.starts_with("-") ? "--" : "";
  throw InputError({place + "unknown option '" + shown + "'", "",
                    (nearest ? "Did you mean '" + dashes + *nearest + "'? " : std::string()) +
                        where_options_are(program)});
}

SplitLine split_command_line(std::span<const std::string> arguments, const OptionTable& table,
                             const Program& program) {
  std::vector<std::string> known(arguments.begin(), arguments.end());
  for (std::string& argument : known) {
    if (argument == "-h") argument = "--help";
  }

  // Boost finds the options with their values; what it cannot place has a message of ours.
  SplitLine line;
  std::set<std::string> seen;
  std::string previous;
  const auto take_alone = [&](const std::string& shown) {
    if (program.file.empty() || shown.starts_with("-") || !line.file.empty())
      reject_alone(shown, previous, line.file, table, program);
    line.file = shown;
    previous.clear();
  };
  try {
    for (const po::option& option : parse(known, description(table, program)).options) {
      const std::string shown =
          option.original_tokens.empty() ? option.string_key : option.original_tokens.front();
      if (option.position_key != -1 || option.string_key.empty()) {
        const std::string name = without_dashes(shown);
        const bool is_known = table.find(name) != nullptr || is_command_name(name, program);
        if (shown.starts_with("-") && !is_known)
          reject_name("", shown, valid_names(table, program), program);
        take_alone(shown);
        continue;
      }
      if (option.unregistered)
        reject_name("", "--" + option.string_key, valid_names(table, program), program);
      if (!seen.insert(option.string_key).second) {
        throw InputError({"--" + option.string_key + " is given twice", "only one value can hold",
                          "Remove one of them."});
      }

      // A value that looks like an option is one that was forgotten; a switch has none beside it.
      std::string value = option.value.empty() ? "on" : option.value.front();
      const bool is_beside = shown.find('=') == std::string::npos;
      if (value.starts_with("--") && is_beside)
        reject_missing_value(option.string_key, table, program);
      previous = option.string_key;
      const bool is_other = is_beside && is_switch(table.find(previous)) && !is_on_or_off(value);
      if (is_other) take_alone(std::exchange(value, "on"));
      line.values.push_back({option.string_key, std::move(value), "--" + option.string_key,
                             std::filesystem::current_path()});
    }
  } catch (const po::error_with_option_name& error) {
    reject_missing_value(without_dashes(error.get_option_name()), table, program);
  }
  return line;
}

}  // namespace csm
