#include "csm/reduce/sum_maps.h"

#include <limits>

#include "csm/cluster/agreement.h"
#include "csm/core/error.h"

namespace csm {
namespace {

using Buffers = std::vector<std::span<std::int64_t>>;

void append(Buffers& all, const Buffers& more) { all.insert(all.end(), more.begin(), more.end()); }

/// Each rank keeps below the n-th part of the range, so the sum of n ranks cannot overflow.
void require_room(const Buffers& buffers, int n_ranks) {
  const std::int64_t limit = std::numeric_limits<std::int64_t>::max() / n_ranks;
  for (const auto buffer : buffers) {
    for (const std::int64_t value : buffer) {
      if (value > limit || value < -limit) {
        throw RunError({"the exact sum of the maps would overflow 64 bits",
                        "the drops are too large for this number of images",
                        "Use --confidence probability, or --limit with fewer images."});
      }
    }
  }
}

}  // namespace

std::vector<std::span<std::int64_t>> sum_buffers(RankSums& sums) {
  Buffers buffers = sums.cms.buffers();
  for (MapSums& group : sums.groups) append(buffers, group.buffers());
  for (MapSums& method : sums.methods) append(buffers, method.buffers());
  append(buffers, sums.convergence.buffers());
  append(buffers, sums.regions.buffers());
  append(buffers, sums.mean_face.buffers());
  if (sums.face_lost) append(buffers, sums.face_lost->buffers());
  return buffers;
}

std::vector<std::span<std::int32_t>> count_buffers(RankSums& sums) {
  return sums.convergence.count_buffers();
}

void sum_exactly_to_root(const Communicator& communicator,
                         const std::vector<std::span<std::int64_t>>& buffers, int root) {
  agree(communicator, [&] { require_room(buffers, communicator.size()); });
  for (const auto buffer : buffers) communicator.sum_to_root(buffer, root);
}

void sum_to_root(const Communicator& communicator, RankSums& sums, int root) {
  sum_exactly_to_root(communicator, sum_buffers(sums), root);
  for (const auto buffer : count_buffers(sums)) communicator.sum_to_root(buffer, root);
}

}  // namespace csm
