#pragma once
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "csm/inference/group_design.h"

namespace csm {

/// Rows of values, NaN where unknown: (n_rows x n_values), row-major.
struct ValueRows {
  std::int64_t n_values = 0;
  std::vector<float> values;

  std::int64_t n_rows() const { return n_values == 0 ? 0 : std::ssize(values) / n_values; }
  std::span<const float> row(std::int64_t index) const {
    return std::span(values).subspan(static_cast<std::size_t>(index * n_values),
                                     static_cast<std::size_t>(n_values));
  }
  void append(std::span<const float> row) { values.insert(values.end(), row.begin(), row.end()); }
};

/// The row of a unit: of labels the mean over its images, of signs the mean over those of the first
/// condition less that over the second. Each value is over the images that have it.
/// @param row_of_image gives the index into `images` of an image of the design
std::vector<float> unit_row(const DesignUnit& unit, Exchange exchange, const ValueRows& images,
                            std::span<const std::int64_t> row_of_image);

/// How values become whole numbers, so that sums of them are exact in double precision and do not
/// depend on the order: value * 2^exponent, rounded, is at most 2^bits.
struct WholeScale {
  int bits = 0;
  int exponent = 0;

  double unit() const { return std::ldexp(1.0, -exponent); }  ///< the value of the whole number 1
};

/// The finest scale at which sums of n squares stay below 2^53.
/// @param largest magnitude of all values of all ranks, finite @pre n > 0
WholeScale choose_scale(double largest, std::int64_t n);

}  // namespace csm
