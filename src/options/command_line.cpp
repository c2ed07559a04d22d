// The only file that sees Boost.Program_options: it splits the command line; what the options mean
// is in the table.
#include "command_line.h"

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <filesystem>
#include <set>

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "option_table.h"

namespace csm {
namespace {

namespace po = boost::program_options;

constexpr std::array<const char*, 5> action_names = {"help", "help-all", "version", "print-config",
                                                     "plan"};

po::options_description description(const OptionTable& table) {
  po::options_description all;
  for (const OptionEntry& entry : table.entries()) {
    po::typed_value<std::string>* value = po::value<std::string>();
    if (entry.placeholder.empty()) value->implicit_value("on");
    all.add_options()(entry.name.c_str(), value, "");
  }
  all.add_options()("job", po::value<std::string>(), "");
  for (const char* name : action_names) all.add_options()(name, "");
  return all;
}

std::vector<std::string> valid_names(const OptionTable& table) {
  std::vector<std::string> names = table.names();
  names.emplace_back("job");
  names.insert(names.end(), action_names.begin(), action_names.end());
  return names;
}

std::string without_dashes(const std::string& text) {
  const std::string name = text.substr(0, text.find('='));
  const std::size_t begin = name.find_first_not_of('-');
  return begin == std::string::npos ? std::string() : name.substr(begin);
}

po::parsed_options parse(const std::vector<std::string>& arguments, const OptionTable& table) {
  const po::options_description all = description(table);
  const int style = po::command_line_style::allow_long |
                    po::command_line_style::long_allow_adjacent |
                    po::command_line_style::long_allow_next;
  return po::command_line_parser(arguments).options(all).style(style).allow_unregistered().run();
}

/// Throws the InputError of an option without its value, or of an action with one.
[[noreturn]] void reject_missing_value(const std::string& name, const OptionTable& table) {
  const bool is_action =
      std::find(action_names.begin(), action_names.end(), name) != action_names.end();
  const OptionEntry* entry = table.find(name);
  throw InputError({"--" + name + (is_action ? " takes no value" : " has no value"), "",
                    is_action ? "csm_mpi --help-all lists all options."
                              : "Write --" + name + " " +
                                    (entry != nullptr ? entry->placeholder : "FILE") + "."});
}

}  // namespace

bool is_command_name(const std::string& name) {
  return name == "job" ||
         std::find(action_names.begin(), action_names.end(), name) != action_names.end();
}

void reject_name(const std::string& place, const std::string& shown,
                 std::span<const std::string> valid) {
  const std::optional<std::string> nearest = nearest_text(without_dashes(shown), valid);
  const std::string dashes = shown.starts_with("-") ? "--" : "";
  throw InputError({place + "unknown option '" + shown + "'", "",
                    (nearest ? "Did you mean '" + dashes + *nearest + "'? " : std::string()) +
                        "csm_mpi --help-all lists all options."});
}

std::vector<GivenValue> split_command_line(std::span<const std::string> arguments,
                                           const OptionTable& table) {
  std::vector<std::string> known(arguments.begin(), arguments.end());
  for (std::string& argument : known) {
    if (argument == "-h") argument = "--help";
  }

  // Boost finds the options with their values; what it cannot place has a message of ours.
  std::vector<GivenValue> values;
  std::set<std::string> seen;
  try {
    for (const po::option& option : parse(known, table).options) {
      const std::string shown =
          option.original_tokens.empty() ? option.string_key : option.original_tokens.front();
      if (option.position_key != -1 || option.string_key.empty()) {
        const std::string name = without_dashes(shown);
        const bool is_known = table.find(name) != nullptr || is_command_name(name);
        if (shown.starts_with("-") && !is_known) reject_name("", shown, valid_names(table));
        throw InputError({"'" + shown + "' stands alone", "csm_mpi takes only options",
                          "Write --option VALUE; csm_mpi --help-all lists all options."});
      }
      if (option.unregistered) reject_name("", "--" + option.string_key, valid_names(table));
      if (!seen.insert(option.string_key).second) {
        throw InputError({"--" + option.string_key + " is given twice", "only one value can hold",
                          "Remove one of them."});
      }

      // A value that looks like an option is one that was forgotten.
      const std::string value = option.value.empty() ? "on" : option.value.front();
      if (value.starts_with("--") && shown.find('=') == std::string::npos)
        reject_missing_value(option.string_key, table);
      values.push_back(
          {option.string_key, value, "--" + option.string_key, std::filesystem::current_path()});
    }
  } catch (const po::error_with_option_name& error) {
    reject_missing_value(without_dashes(error.get_option_name()), table);
  }
  return values;
}

}  // namespace csm
