#pragma once
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

/// The finest unit, a power of two, for values as whole numbers: they are below 2^24, and sums of n
/// of their squares below 2^53, so that these are exact in double precision and do not depend on
/// the order. @param largest magnitude of the values of all ranks, finite @pre n > 0
double choose_unit(double largest, std::int64_t n);

/// The same of each value. (n_values)
std::vector<double> choose_units(std::span<const double> largest, std::int64_t n);

/// The largest known magnitude of each value, 0 of none. (n_values)
std::vector<double> largest_magnitudes(const ValueRows& rows);

}  // namespace csm
