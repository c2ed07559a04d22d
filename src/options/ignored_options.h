#pragma once
#include <span>
#include <string>
#include <vector>

#include "csm/options/options.h"
#include "csm/store/recorded_option.h"

namespace csm {

/// Options whose values change nothing in a run with these other options: a sentence for each, such
/// as "--masks is 99, which changes nothing here: it is for --method rise."
/// @param given (name, value) as the command line has them
std::vector<std::string> describe_ignored(std::span<const RecordedOption> given,
                                          const Options& options);

/// Errors: InputError for --permute-within with --pair-by, which exchanges no persons.
void require_no_strata_of_pairs(const InferenceOptions& options);

}  // namespace csm
