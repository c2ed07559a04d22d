#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "csm/cluster/communicator.h"
#include "csm/inference/findings.h"
#include "csm/options/test_command_line.h"

namespace csm {

/// Estimates how far the map of the chosen images would change with other persons, and tests how
/// the maps of groups of them differ, in a result with the map of every image; columns of the data
/// set are read anew. Writes the findings file and returns what was found, on the root.
/// @param command as it was typed, for the file
/// @note Collective. Errors: InputError on all ranks if the result, the data set or a column cannot
/// be read, or nothing could be tested.
Inference test_result(const Communicator& communicator, const TestCommand& test,
                      const std::string& command);

/// What was found, in lines for a terminal.
std::string inference_text(const Inference& inference);

}  // namespace csm
