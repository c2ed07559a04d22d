#include "unit_sums.h"

#include <algorithm>
#include <string>
#include <utility>

#include "csm/core/bytes.h"

namespace csm {
namespace {

/// The units of a design whose images a rank holds, and their rows.
struct OwnUnits {
  std::vector<std::int64_t> units;
  ValueRows rows;
};

OwnUnits own_units_of(const GroupDesign& design, const RankValues& own, const StratumMeans* less,
                      const GroupSpreads* standardised_by) {
  OwnUnits found;
  found.rows.n_values = own.rows.n_values;
  for (std::size_t i = 0; i < design.units.size(); ++i) {
    const DesignUnit& unit = design.units[i];
    const auto& images = unit.images_of_group[static_cast<std::size_t>(unit.group)];
    if (own.row_of_image[static_cast<std::size_t>(images.front())] < 0) continue;
    found.units.push_back(static_cast<std::int64_t>(i));
    std::vector<float> row = unit_row(unit, design.exchange, own.rows, own.row_of_image);
    if (less != nullptr) less->subtract(unit.stratum, row);
    if (standardised_by != nullptr) standardised_by->standardise(unit.group, row);
    found.rows.append(row);
  }
  return found;
}

/// The largest known magnitude of each value over all ranks. (n_values) @note Collective.
std::vector<double> largest_of_all(const Communicator& communicator, const ValueRows& rows) {
  std::vector<double> largest = largest_magnitudes(rows);
  ByteWriter own;
  own.put(largest);
  for (const std::string& bytes : communicator.all_gather(own.bytes())) {
    std::vector<double> of_rank;
    ByteReader(bytes).get(of_rank);
    for (std::size_t i = 0; i < of_rank.size(); ++i) largest[i] = std::max(largest[i], of_rank[i]);
  }
  return largest;
}

}  // namespace

LabelledSums sum_over_ranks(const Communicator& communicator, const UnitMatrix& matrix,
                            std::span<const std::int8_t> weights, std::int64_t n_groups) {
  LabelledSums sums = matrix.sums(weights, 1, n_groups);
  communicator.sum_to_root(sums.buffer());
  ByteWriter writer;
  if (communicator.is_root())
    writer.put(std::vector<std::int64_t>(sums.buffer().begin(), sums.buffer().end()));
  const std::string bytes = communicator.broadcast(writer.bytes());
  std::vector<std::int64_t> all;
  ByteReader(bytes).get(all);
  std::copy(all.begin(), all.end(), sums.buffer().begin());
  return sums;
}

std::int64_t weightings_of_block(std::int64_t n, int n_ranks) {
  constexpr std::int64_t least = 8;  // fewer take as long
  return std::clamp((n + n_ranks - 1) / n_ranks, least, weightings_at_once);
}

UnitSums sum_units(const Communicator& communicator, const GroupDesign& design,
                   const RankValues& own, const StratumMeans* less,
                   const GroupSpreads* standardised_by) {
  OwnUnits units = own_units_of(design, own, less, standardised_by);
  UnitMatrix matrix(
      units.rows, choose_units(largest_of_all(communicator, units.rows), std::ssize(design.units)));
  const std::vector<std::int8_t> once(units.units.size(), 1);
  LabelledSums totals = sum_over_ranks(communicator, matrix, once, 1);
  return {.own_units = std::move(units.units),
          .matrix = std::move(matrix),
          .totals = std::move(totals)};
}

StratumMeans find_stratum_means(const Communicator& communicator, const GroupDesign& design,
                                const RankValues& own) {
  const UnitSums units = sum_units(communicator, design, own);
  std::vector<std::int8_t> weights;
  for (std::int32_t stratum = 0; stratum < design.n_strata; ++stratum) {
    for (const std::int64_t unit : units.own_units) {
      const std::int32_t own_stratum = design.units[static_cast<std::size_t>(unit)].stratum;
      weights.push_back(static_cast<std::int8_t>(own_stratum == stratum));
    }
  }
  return {sum_over_ranks(communicator, units.matrix, weights, design.n_strata), design.n_strata};
}

}  // namespace csm
