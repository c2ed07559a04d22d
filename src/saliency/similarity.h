#pragma once
#include <span>

#include "csm/core/grid.h"

namespace csm {

/// How alike two maps are over the pixels where the mask is 1. NaN if a measure is not defined (no
/// pixel, no variance).
/// @pre a, b and mask have the same shape
double root_mean_square_error(const Grid<float>& a, const Grid<float>& b,
                              const Grid<unsigned char>& mask);
double pearson_correlation(const Grid<float>& a, const Grid<float>& b,
                           const Grid<unsigned char>& mask);

/// Pearson correlation of the ranks; ties take their mean rank.
double spearman_correlation(const Grid<float>& a, const Grid<float>& b,
                            const Grid<unsigned char>& mask);

/// Mean structural similarity (Wang et al. 2004): Gaussian window of sigma 1.5 px cut at 11 x 11,
/// K1 = 0.01, K2 = 0.03, L = the range of b over the mask; population covariance. The mean is taken
/// over the mask's pixels whose window lies inside the map.
double structural_similarity(const Grid<float>& a, const Grid<float>& b,
                             const Grid<unsigned char>& mask);

}  // namespace csm
