#pragma once
#include <string>

#include "csm/cluster/communicator.h"
#include "csm/dataset/dataset.h"
#include "csm/options/options.h"

namespace csm {

/// Looks whether the images that a list names are there, before any model is loaded: each rank for
/// its share of them. Images in shards, and those that were found by looking into a folder, are not
/// looked for again.
/// @returns a warning of those that are missing, the same on all ranks; empty if none is
/// @note Collective. Errors: InputError if all are missing, or more than --max-failures allows.
std::string check_files(const Communicator& communicator, const Dataset& dataset,
                        const Options& options);

/// A gallery without the images that its list names and that are not there: a warning of all of
/// them is logged and joins those of the gallery. Galleries that were found by looking into a
/// folder, and those in shards, stay as they are.
/// @note Collective. Errors: InputError if all are missing.
Dataset leave_out_missing(const Communicator& communicator, Dataset gallery,
                          const DatasetOptions& options);

}  // namespace csm
