#pragma once
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "csm/options/options.h"

namespace csm {

/// What csm_test is asked for.
struct TestCommand {
  bool prints_help = false;
  bool prints_version = false;
  std::filesystem::path result;      ///< of csm_mpi, made with --save-cis
  std::vector<std::string> columns;  ///< of --group-by; with --pair-by that one
  bool finds_clusters = false;       ///< --clusters
  std::filesystem::path output;
  Options options;  ///< those of the result, but for what is given
};

/// Reads `RESULT.h5 --group-by COLUMN[,COLUMN...]` and the options that csm_test takes, in any
/// order; the others
/// are those that the result was made with.
/// @param recorded_options gives the options that a result file records, as (name, value)
/// Errors: InputError for an unknown option, a bad value, no result file, or an option
/// that would change nothing.
TestCommand parse_test_command(
    std::span<const std::string> arguments,
    const std::function<std::vector<RecordedOption>(const std::filesystem::path&)>&
        recorded_options);

/// The help of csm_test.
std::string test_help_text();

}  // namespace csm
