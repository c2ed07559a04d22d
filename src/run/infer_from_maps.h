#pragma once
#include <vector>

#include "csm/cluster/communicator.h"
#include "csm/inference/coarse_grid.h"
#include "csm/inference/findings.h"
#include "csm/measure/job.h"
#include "csm/store/cis_part_file.h"
#include "csm/store/image_row.h"

namespace csm {

/// Whether the run tests differences between groups, so that the map of each image must be kept: it
/// has two groups or more, and --permutations is not 0.
bool tests_groups(const JobSpec& spec);

/// The places of the tests, on the job's canonical face.
CoarseGrid make_coarse_grid(const Job& job);

/// Tests how the maps of the run's groups differ, on the root; empty elsewhere. The maps of each
/// person are read by one rank, from the part files of all.
/// @param rows of all ranks, on the root @param parts of all ranks, on all @pre tests_groups @note
/// Collective. Errors: RunError on all ranks if a map cannot be read.
std::vector<ColumnFindings> find_differences(const Communicator& communicator, const Job& job,
                                             const std::vector<ImageRow>& rows,
                                             const std::vector<CisPart>& parts);

}  // namespace csm
