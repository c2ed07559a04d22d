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
  // Each rank tells of its own images only.
  ByteWriter writer;
  for (std::size_t image = 0; image < own.row_of_image.size(); ++image) {
    if (own.row_of_image[image] < 0) continue;
    writer.put(static_cast<std::int64_t>(image));
    writer.put(largest_known(own.rows.row(own.row_of_image[image])));
  }
  std::vector<float> largest(static_cast<std::size_t>(n_images), unknown_magnitude);
  for (const std::string& bytes : communicator.all_gather(writer.bytes())) {
    for (ByteReader reader(bytes); !reader.at_end();) {
      std::int64_t image = 0;
      reader.get(image);
      reader.get(largest[static_cast<std::size_t>(image)]);
    }
  }
  return largest;
}

}  // namespace csm
