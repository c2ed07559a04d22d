#include "csm/reduce/map_magnitudes.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

#include "csm/core/bytes.h"
#include "csm/core/magnitude.h"

namespace csm {
namespace {

constexpr float unknown_magnitude = std::numeric_limits<float>::quiet_NaN();

float largest_known(std::span<const float> row) {
  const bool has_value =
      std::any_of(row.begin(), row.end(), [](float value) { return !std::isnan(value); });
  return has_value ? static_cast<float>(largest_magnitude(row)) : unknown_magnitude;
}

}  // namespace

std::vector<float> largest_of_maps(const Communicator& communicator, const RankValues& own,
                                   std::int64_t n_images) {
  std::vector<float> largest(static_cast<std::size_t>(n_images), unknown_magnitude);
  for (std::size_t image = 0; image < own.row_of_image.size(); ++image) {
    if (own.row_of_image[image] >= 0)
      largest[image] = largest_known(own.rows.row(own.row_of_image[image]));
  }
  ByteWriter writer;
  writer.put(largest);
  for (const std::string& bytes : communicator.gather(writer.bytes())) {
    std::vector<float> of_rank;
    ByteReader(bytes).get(of_rank);
    for (std::size_t image = 0; image < of_rank.size(); ++image) {
      if (!std::isnan(of_rank[image])) largest[image] = of_rank[image];
    }
  }
  ByteWriter all;
  if (communicator.is_root()) all.put(largest);
  const std::string bytes = communicator.broadcast(all.bytes());
  ByteReader(bytes).get(largest);
  return largest;
}

}  // namespace csm
