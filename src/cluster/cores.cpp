#include "csm/cluster/cores.h"

#include <algorithm>
#include <cmath>

#include "csm/core/bytes.h"
#include "csm/core/error.h"

namespace csm {

std::string pack_cores(const CoreReadings& readings) {
  ByteWriter writer;
  writer.put(readings.mask);
  writer.put(readings.n_in_cpuset);
  for (const CpuQuota& quota : readings.quotas) {
    writer.put(quota.group);
    writer.put(quota.n_cores);
  }
  return writer.bytes();
}

CoreReadings unpack_cores(std::string_view bytes) {
  CoreReadings readings;
  ByteReader reader(bytes);
  reader.get(readings.mask);
  reader.get(readings.n_in_cpuset);
  while (!reader.at_end()) {
    CpuQuota& quota = readings.quotas.emplace_back();
    reader.get(quota.group);
    reader.get(quota.n_cores);
  }
  return readings;
}

int threads_for_rank(std::span<const CoreReadings> ranks, std::size_t local_rank) {
  CSM_EXPECT(local_rank < ranks.size());
  const CoreReadings& own = ranks[local_rank];
  double n_cores = 0;
  for (const int core : own.mask) {
    const auto n_sharing =
        std::count_if(ranks.begin(), ranks.end(), [core](const CoreReadings& other) {
          return std::find(other.mask.begin(), other.mask.end(), core) != other.mask.end();
        });
    n_cores += 1.0 / static_cast<double>(n_sharing);
  }
  for (const CpuQuota& quota : own.quotas) {
    const auto n_sharing =
        std::count_if(ranks.begin(), ranks.end(), [&](const CoreReadings& other) {
          return std::any_of(other.quotas.begin(), other.quotas.end(),
                             [&](const CpuQuota& its) { return its.group == quota.group; });
        });
    n_cores = std::min(n_cores, quota.n_cores / static_cast<double>(n_sharing));
  }
  constexpr double rounding = 1e-6;  // of the sum of shares
  return std::max(1, static_cast<int>(std::floor(n_cores + rounding)));
}

}  // namespace csm
