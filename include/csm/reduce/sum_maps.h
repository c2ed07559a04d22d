#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "csm/cluster/communicator.h"
#include "csm/saliency/convergence.h"
#include "csm/saliency/map_sums.h"
#include "csm/saliency/mean_face.h"
#include "csm/saliency/region_sums.h"

namespace csm {

/// Everything that the images of one rank are added to.
struct RankSums {
  MapSums cms;
  std::vector<MapSums> groups;
  std::vector<MapSums> methods = {};  ///< of --evaluate
  ConvergenceSums convergence;
  RegionSums regions;
  MeanFaceSums mean_face;
  std::optional<MapSums> face_lost = {};  ///< of a model that may lose the face
};

/// All whole numbers of the sums in a fixed order: those of 64 bits, and the convergence's counts
/// of 32.
std::vector<std::span<std::int64_t>> sum_buffers(RankSums& sums);
std::vector<std::span<std::int32_t>> count_buffers(RankSums& sums);

/// Adds up whole-number buffers of all ranks on the root; the other ranks' are unspecified
/// afterwards.
/// @pre the same sizes on all ranks @note Collective. Errors: RunError on all ranks if a sum could
/// overflow.
void sum_exactly_to_root(const Communicator& communicator,
                         const std::vector<std::span<std::int64_t>>& buffers, int root = 0);

/// Adds up the sums of all ranks on the root, in a fixed order of whole-number MPI_Reduce calls:
/// the same bits for any number of ranks. The other ranks' sums are unspecified afterwards.
/// @pre the same sizes, groups and ladder on all ranks @note Collective.
/// Errors: RunError on all ranks if a sum could overflow.
void sum_to_root(const Communicator& communicator, RankSums& sums, int root = 0);

}  // namespace csm
