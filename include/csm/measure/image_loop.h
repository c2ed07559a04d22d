#pragma once
#include <cstdint>
#include <functional>
#include <optional>

#include "csm/measure/image_worker.h"
#include "csm/measure/job.h"

namespace csm {

/// Works on the images that `next` gives, until it gives none. Knows no communicator.
/// @param keep called with each outcome
/// Errors: RunError if the network fails or more of these images failed than --max-failures
/// allows for the whole run; whatever next and keep throw.
void run_image_loop(const Job& job, ImageWorker& worker,
                    const std::function<std::optional<LoadedImage>()>& next,
                    const std::function<void(const ImageOutcome&)>& keep);

/// The number of n images that may fail. @param share of --max-failures
std::int64_t allowed_failures(double share, std::int64_t n_images);

}  // namespace csm
