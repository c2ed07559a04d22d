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
#include "csm/inference/unit_values.h"

namespace csm {

/// What one rank holds of the images of a test: the rows of whole persons.
struct RankValues {
  ValueRows rows;                          ///< of CoarseGrid::row_of
  std::vector<std::int64_t> row_of_image;  ///< (n_images) index into rows; -1: another rank's
};

/// Which rank holds each image: all images of one person lie on one rank, persons in turn.
/// Returns (n_images), -1 for images that no test uses.
std::vector<int> deal_images(std::span<const DesignImage> images, int n_ranks);

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

/// Labellings that are added up at once: their sums stay in some tens of megabytes.
inline constexpr std::int64_t labellings_at_once = 32;

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
