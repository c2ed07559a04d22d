#pragma once
#include <span>

namespace csm {

/// The Pearson correlation of two equally long lists of values, in [-1, 1]; NaN if they are empty
/// or if either is constant. @pre a and b have the same length
double pearson_correlation(std::span<const double> a, std::span<const double> b);

}  // namespace csm
