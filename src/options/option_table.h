#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "csm/explain/method_facts.h"
#include "csm/options/options.h"
#include "csm/store/recorded_option.h"
#include "value.h"

namespace csm {

/// What one option is called, means, does and shows.
struct OptionEntry {
  std::string name;  ///< "patch-size": flag, job key and name in the result file
  OptionScope scope = OptionScope::identity;
  std::string placeholder;   ///< "PX" in the help; empty for a switch
  std::string meaning;       ///< one phrase with the unit, for the help and for errors
  std::string default_text;  ///< for the help
  /// Errors: InputError for a bad value, with the meaning that is given.
  std::function<void(Options&, const GivenValue&, const std::string& meaning)> set;
  std::function<std::string(const Options&)> get;  ///< the text that `set` reads back
  std::string group = {};                          ///< heading of the help
  bool is_preset = false;  ///< sets other options too, so those of its place come later
};

/// All options that a job file may hold, in the order of the help.
class OptionTable {
 public:
  /// @param methods the values of --method and --evaluate; with an empty list the options can be
  /// shown, not read
  explicit OptionTable(std::span<const MethodFacts> methods);

  /// The options of a program that takes these.
  static OptionTable of(std::vector<OptionEntry> entries);

  const std::vector<OptionEntry>& entries() const { return entries_; }

  /// The entry of a name, or nullptr.
  const OptionEntry* find(const std::string& name) const;

  /// The names of the entries, in their order.
  std::vector<std::string> names() const;

 private:
  std::vector<OptionEntry> entries_;
};

/// Sets one option. Errors: InputError for an empty value, control characters, or what the option
/// itself rejects.
void set_option(Options& options, const GivenValue& given, const OptionEntry& entry);

}  // namespace csm
