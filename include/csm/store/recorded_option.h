#pragma once
#include <string>

namespace csm {

/// What depends on an option, and so where it is kept and whether a restart may change it.
enum class OptionScope {
  identity,  ///< what is computed: in /entry/options; a restart must have the same value
  result,    ///< how it is computed, on what, or what is allowed: in /entry/options; a restart may
             ///< change it, or the job's identity has it in another form
  process    ///< where the result goes, how the run works and logs: in /entry/process/options; a
             ///< restart may change it
};

/// An option as `--print-config` shows it and the result file keeps it.
struct RecordedOption {
  std::string name;   ///< "patch-size"
  std::string value;  ///< as in a job file
  OptionScope scope = OptionScope::identity;

  bool operator==(const RecordedOption&) const = default;
};

}  // namespace csm
