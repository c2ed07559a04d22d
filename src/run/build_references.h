#pragma once
#include "csm/cluster/communicator.h"
#include "csm/measure/job.h"
#include "csm/measure/phase_clock.h"
#include "csm/measure/references.h"

namespace csm {

/// Embeds the gallery, each rank its share, and gives it to all ranks; a gallery image that cannot
/// be used is left out with a warning. Empty if the job has no gallery. @note Collective.
/// Errors: InputError if no gallery image can be used.
Gallery build_gallery(const Communicator& communicator, const Job& job, PhaseClock& clock);

/// Scores the clean pairs, each rank its share, and finds the threshold of each fold on all ranks.
/// Pairs that cannot be used are left out here (and counted as failures later). Empty for other
/// confidences. @note Collective. Errors: InputError if the training pairs are not of both
/// kinds.
Thresholds build_thresholds(const Communicator& communicator, const Job& job, PhaseClock& clock);

}  // namespace csm
