#include "csm/occlusion/sample_vertices.h"

#include <span>

#include "csm/core/error.h"
#include "csm/core/random.h"

namespace csm {

std::vector<unsigned char> sample_vertices(std::int64_t n_vertices,
                                           std::optional<std::int64_t> n_sample,
                                           std::uint64_t seed) {
  CSM_EXPECT(n_vertices >= 0 && n_sample.value_or(1) >= 1);
  if (!n_sample || *n_sample >= n_vertices) return std::vector<unsigned char>(n_vertices, 1);
  std::vector<unsigned char> is_measured(n_vertices, 0);
  const std::vector<std::int64_t> order = seeded_permutation(n_vertices, seed);
  for (const std::int64_t vertex : std::span(order).first(*n_sample)) is_measured[vertex] = 1;
  return is_measured;
}

}  // namespace csm
