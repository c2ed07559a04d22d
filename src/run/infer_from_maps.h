#pragma once
#include <vector>

#include "csm/cluster/communicator.h"
#include "csm/inference/coarse_grid.h"
#include "csm/inference/findings.h"
#include "csm/measure/job.h"
#include "csm/store/cis_part_file.h"
#include "csm/store/image_row.h"

namespace csm {

/// Whether the run tests differences between groups: it has two or more, and --permutations is not
/// 0.
bool tests_groups(const JobSpec& spec);

/// More images than these, and the maps of the single images would take gigabytes of the disk; the
/// interval of so many is that of the standard error.
inline constexpr std::int64_t most_images_of_intervals = 20'000;

/// Whether the map of each image is needed at the end of the run, at least on the coarse grid.
bool infers_from_maps(const JobSpec& spec);

/// The places of the intervals and tests, on the job's canonical face.
CoarseGrid make_coarse_grid(const Job& job);

/// The intervals of the map and, before they are concluded, how the maps of the run's groups
/// differ, on the root; empty elsewhere. The maps of each person are read by one rank, from the
/// part files of all.
/// @param rows of all ranks, on the root @param parts of all ranks, on all @pre infers_from_maps
/// @note Collective. Errors: RunError on all ranks if a map cannot be read.
Inference infer_from_maps(const Communicator& communicator, const Job& job,
                          const std::vector<ImageRow>& rows, const std::vector<CisPart>& parts);

}  // namespace csm
