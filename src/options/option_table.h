#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "csm/options/options.h"
#include "given_value.h"

namespace csm {

/// What one option is called, means, does and shows.
struct OptionEntry {
  std::string word;                                      ///< "patch-size": flag, job key and name in the result file
  std::string group;                                     ///< heading of the help
  std::string placeholder;                               ///< "PX" in the help; empty for a switch
  std::string meaning;                                   ///< one phrase with the unit, for the help and for errors
  std::string default_text;                              ///< for the help
  std::function<void(Options&, const GivenValue&)> set;  ///< Errors: InputError for a bad value
  std::function<std::string(const Options&)> get;        ///< the text that `set` reads back
  bool is_preset = false;                                ///< sets other options too, so those of its place come later
};

/// All options that a job file may hold, in the order of the help.
const std::vector<OptionEntry>& option_table();

/// The entry of a word, or nullptr.
const OptionEntry* find_option(const std::string& word);

/// The words of the table, in its order.
std::vector<std::string> option_words();

}  // namespace csm
