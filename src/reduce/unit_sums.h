#pragma once
#include <algorithm>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "csm/cluster/agreement.h"
#include "csm/cluster/communicator.h"
#include "csm/inference/group_design.h"
#include "csm/inference/group_spreads.h"
#include "csm/inference/labelled_sums.h"
#include "csm/inference/stratum_means.h"
#include "csm/inference/unit_values.h"
#include "csm/reduce/rank_values.h"

namespace csm {

/// The persons whose images a rank holds, as whole numbers, and their sums over all ranks.
struct UnitSums {
  std::vector<std::int64_t> own_units;  ///< indices into the units of the design
  UnitMatrix matrix;                    ///< of the own units
  LabelledSums totals;                  ///< of all units once, on all ranks
};

/// @param less if given, the means of the strata are taken from the values
/// @param standardised_by if given, values are then taken by GroupSpreads::standardise
/// @note Collective.
UnitSums sum_units(const Communicator& communicator, const GroupDesign& design,
                   const RankValues& own, const StratumMeans* less = nullptr,
                   const GroupSpreads* standardised_by = nullptr);

/// The means of the units of each stratum. @note Collective.
StratumMeans find_stratum_means(const Communicator& communicator, const GroupDesign& design,
                                const RankValues& own);

/// The sums of own units under one weighting over all ranks, on all ranks.
/// @param weights (n_groups x own units) @note Collective.
LabelledSums sum_over_ranks(const Communicator& communicator, const UnitMatrix& matrix,
                            std::span<const std::int8_t> weights, std::int64_t n_groups);

/// How many weightings are added up at once: few enough that each rank gets a block, if they are
/// worth it.
std::int64_t weightings_of_block(std::int64_t n, int n_ranks);

/// Adds up all units under weightings 0 .. n - 1, in blocks, a block for each rank in turn. Each
/// rank adds up its own units for all blocks of a turn; the sums of a block meet on its rank, and
/// then all ranks use theirs at once. A failure is kept to the end, so that the ranks stay
/// together.
/// @param weights_of(first, n) the weights of n weightings for the own units (n x n_groups x own)
/// @param use(first, n, sums) on the rank of the block @note Collective.
template <typename WeightsOf, typename Use>
void for_each_block(const Communicator& communicator, const UnitSums& units, std::int64_t n,
                    std::int64_t n_groups, const WeightsOf& weights_of, const Use& use) {
  std::exception_ptr failure;
  const auto try_to = [&](const auto& work) {
    if (failure) return;
    try {
      work();
    } catch (...) {
      failure = std::current_exception();
    }
  };
  const std::int64_t n_at_once = weightings_of_block(n, communicator.size());
  for (std::int64_t turn = 0; turn < n; turn += n_at_once * communicator.size()) {
    std::optional<LabelledSums> own;
    for (int rank = 0; rank < communicator.size(); ++rank) {
      const std::int64_t first = turn + rank * n_at_once;
      if (first >= n) break;
      const std::int64_t n_block = std::min(n_at_once, n - first);
      LabelledSums sums(n_block, n_groups, units.matrix.units());
      try_to([&] { sums = units.matrix.sums(weights_of(first, n_block), n_block, n_groups); });
      communicator.sum_to_root(sums.buffer(), rank);
      if (communicator.rank() == rank) own = std::move(sums);
    }
    if (!own) continue;
    const std::int64_t first = turn + communicator.rank() * n_at_once;
    try_to([&] { use(first, std::min(n_at_once, n - first), *own); });
  }
  agree(communicator, [&] {
    if (failure) std::rethrow_exception(failure);
  });
}

}  // namespace csm
