#pragma once
#include <cstddef>
#include <vector>

#include "csm/core/random.h"

namespace csm {

/// The distance between the distribution of the values and the nearest one with a single peak
/// [Hartigan, Hartigan 1985]: 1 / (2 n) if they have one peak, at most 1/4. @pre values is not
/// empty
double dip_of(std::vector<double> values);

/// The distribution with one peak that is nearest to values, the peak in the middle of the shortest
/// interval with a fifth of them: the largest convex rise below their steps before the peak, and
/// the smallest concave one above them after it [Grenander 1956].
class UnimodalFit {
 public:
  /// @pre two values or more
  explicit UnimodalFit(std::vector<double> values);

  double draw(SplitMix64& random) const;

 private:
  std::vector<double> values_;      ///< ascending
  std::vector<std::size_t> knots_;  ///< between two knots the distribution is even
};

}  // namespace csm
