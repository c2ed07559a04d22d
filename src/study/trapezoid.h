#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "csm/core/error.h"

namespace csm {

/// The area under each of M curves of S values at equal steps from 0 to 1, by trapezoids.
/// @param curves (M x S) @pre S is 2 at least
inline std::vector<double> areas_under(std::span<const double> curves, std::size_t n_curves) {
  CSM_EXPECT(n_curves > 0 && curves.size() % n_curves == 0);
  const std::size_t n_steps = curves.size() / n_curves;
  CSM_EXPECT(n_steps >= 2);
  std::vector<double> areas;
  for (std::size_t m = 0; m < n_curves; ++m) {
    const std::span<const double> values = curves.subspan(m * n_steps, n_steps);
    double sum = (values.front() + values.back()) / 2;
    for (const double value : values.subspan(1, n_steps - 2)) sum += value;
    areas.push_back(sum / static_cast<double>(n_steps - 1));
  }
  return areas;
}

}  // namespace csm
