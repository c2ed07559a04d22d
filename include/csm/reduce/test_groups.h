#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "csm/cluster/communicator.h"
#include "csm/inference/coarse_grid.h"
#include "csm/inference/findings.h"
#include "csm/inference/group_design.h"
#include "csm/inference/inference_options.h"
#include "csm/reduce/rank_values.h"

namespace csm {

/// The settings of a test of one column.
struct GroupTest {
  std::string column;               ///< --group-by or --pair-by
  std::vector<std::string> groups;  ///< names, in their order
  std::int64_t n_permutations = 0;
  std::string stratum_column;
  Pairing pairing = Pairing::automatic;
  std::uint64_t seed = 0;
};

/// The settings that the options give. @param groups that have images
GroupTest make_group_test(const std::string& column, std::vector<std::string> groups,
                          const InferenceOptions& options, std::uint64_t seed);

/// Groups of which all pairs are compared; of more only whether any differ.
inline constexpr std::int64_t most_paired_groups = 8;

/// Compares the groups of a column over the images of all ranks: all pairs, and for three groups or
/// more whether any differ. The same numbers for any number of ranks, on the root; elsewhere the
/// maps are empty. What cannot be tested is a remark.
/// @param images the same on all ranks @param own of deal_images @note Collective.
ColumnFindings test_groups(const Communicator& communicator, const CoarseGrid& grid,
                           std::span<const DesignImage> images, const RankValues& own,
                           const GroupTest& test);

}  // namespace csm
