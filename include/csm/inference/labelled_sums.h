#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "csm/inference/group_design.h"
#include "csm/inference/unit_values.h"

namespace csm {

/// The unit of each value, as choose_unit gives it. A unit of its own keeps a value exact beside
/// one that is huge in some image. (n_values)
using ValueUnits = std::shared_ptr<const std::vector<double>>;

/// Sums over the units of one group, for each value: whole numbers.
struct GroupSums {
  std::span<const std::int64_t> value;   ///< (n_values)
  std::span<const std::int64_t> square;  ///< (n_values)
  std::span<const std::int64_t> count;   ///< (n_values)
  std::span<const double> unit;          ///< of the values (n_values)
};

/// The sums of units under several labellings: exact, so that those of all ranks add up to the same
/// bits in any order.
class LabelledSums {
 public:
  /// Zeros.
  LabelledSums(std::int64_t n_labellings, std::int64_t n_groups, ValueUnits units);

  GroupSums of(std::int64_t labelling, std::int64_t group) const;

  /// All numbers, for a collective sum.
  std::span<std::int64_t> buffer() { return sums_; }

 private:
  friend class UnitMatrix;
  std::size_t offset(std::int64_t labelling, std::int64_t group, int kind) const;

  std::int64_t n_groups_;
  ValueUnits units_;
  std::int64_t n_values_;
  std::vector<std::int64_t> sums_;  ///< (n_labellings x n_groups x 3 x n_values)
};

/// The values of one rank's units as whole numbers, ready to be added up under many labellings.
class UnitMatrix {
 public:
  /// @param rows of the units, NaN where unknown @param units (n_values) @pre |value| <= 2^24 units
  UnitMatrix(const ValueRows& rows, std::vector<double> units);

  const ValueUnits& units() const { return units_; }

  /// The sums of each group under each labelling. A weight of a unit in a group is how often it
  /// counts there: 0 or 1 for labels, more for resamples; signs turn the value over. Two matrix
  /// products of whole numbers in double precision, which hold them exactly.
  /// @param weights (n_labellings x n_groups x n_units), small whole numbers
  LabelledSums sums(std::span<const std::int8_t> weights, std::int64_t n_labellings,
                    std::int64_t n_groups) const;

 private:
  std::int64_t n_units_;
  std::int64_t n_values_;
  ValueUnits units_;
  std::vector<float> values_;  ///< (n_units x n_values) whole numbers; 0 where unknown
  std::vector<float> known_;   ///< (n_units x n_values) 1 or 0; empty if all are known
};

}  // namespace csm
