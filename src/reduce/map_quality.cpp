#include "csm/reduce/map_quality.h"

#include <cmath>

#include "csm/core/bytes.h"

namespace csm {
namespace {

double root_mean_square(const Grid<float>& standard_error) {
  double sum = 0;
  double n = 0;
  for (const float error : standard_error.values()) {
    if (std::isnan(error)) continue;
    sum += static_cast<double>(error) * static_cast<double>(error);
    n += 1;
  }
  return n > 0 ? std::sqrt(sum / n) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

MapQuality measure_quality(const Communicator& communicator, const RankSums& sums) {
  MapSums cms = sums.cms;
  HalfSums halves = sums.convergence.halves();
  sum_exactly_to_root(communicator, cms.buffers());
  sum_exactly_to_root(communicator, halves.buffers());
  ByteWriter writer;
  if (communicator.is_root()) {
    const CanonicalMap map = cms.to_map();
    writer.put(map.n_images);
    writer.put(root_mean_square(map.standard_error));
    writer.put(halves.agreement());
  }
  MapQuality quality;
  const std::string bytes = communicator.broadcast(writer.bytes());
  ByteReader reader(bytes);
  reader.get(quality.n_images);
  reader.get(quality.standard_error);
  reader.get(quality.agreement);
  return quality;
}

}  // namespace csm
