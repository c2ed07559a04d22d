#include "count_forwards.h"

#include <cstddef>

#include "csm/core/error.h"

namespace csm {

std::vector<std::int64_t> count_forwards(std::span<const ImageRow> rows,
                                         std::span<const std::int64_t> image_count) {
  std::vector<std::int64_t> forwards;
  std::size_t next = 0;
  std::int64_t n_good = 0;
  std::int64_t n_forwards = 0;
  for (const std::int64_t wanted : image_count) {
    for (; n_good < wanted; ++next) {
      CSM_EXPECT(next < rows.size());
      if (rows[next].status != "ok") continue;
      n_good += 1;
      n_forwards += rows[next].n_computed;
    }
    forwards.push_back(n_forwards);
  }
  return forwards;
}

}  // namespace csm
