#pragma once
#include <functional>
#include <string>

#include "csm/cluster/communicator.h"
#include "csm/dataset/dataset.h"

namespace csm {

struct DatasetOptions;

/// The images of a run in the seeded order, cut to the limit; no image is opened. Logs the data
/// set's warnings, so one rank only calls it. Errors: InputError as open_dataset.
Dataset list_images(const DatasetOptions& options);

/// The images of --gallery; logs its warnings, which then begin with "Gallery: ".
/// Errors: InputError as open_gallery.
Dataset list_gallery(const DatasetOptions& options);

/// Returns what `list` gives on the root, on all ranks. Only the root calls it: folders are listed
/// and manifests read once, however many ranks there are, and the others are sent the list.
/// @note Collective. Errors: those of `list`, on all ranks.
Dataset share_dataset(const Communicator& communicator, const std::function<Dataset()>& list);

}  // namespace csm
