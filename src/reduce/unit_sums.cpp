#include "unit_sums.h"

#include <bit>
#include <string>

#include "csm/core/bytes.h"
#include "csm/core/magnitude.h"

namespace csm {
namespace {

/// The units of a design whose images a rank holds, and their rows.
struct OwnUnits {
  std::vector<std::int64_t> units;
  ValueRows rows;
};

OwnUnits own_units_of(const GroupDesign& design, const RankValues& own) {
  OwnUnits found;
  found.rows.n_values = own.rows.n_values;
  for (std::size_t i = 0; i < design.units.size(); ++i) {
    const DesignUnit& unit = design.units[i];
    const auto& images = unit.images_of_group[static_cast<std::size_t>(unit.group)];
    if (own.row_of_image[static_cast<std::size_t>(images.front())] < 0) continue;
    found.units.push_back(static_cast<std::int64_t>(i));
    found.rows.append(unit_row(unit, design.exchange, own.rows, own.row_of_image));
  }
  return found;
}

/// The largest known magnitude over all ranks. @note Collective.
double largest_of_all(const Communicator& communicator, const ValueRows& rows) {
  const double largest = largest_magnitude(rows.values);
  // Numbers that are not negative have the order of their bits.
  return std::bit_cast<double>(communicator.all_max(std::bit_cast<std::int64_t>(largest)));
}

/// The sums of all units once, on all ranks. @note Collective.
LabelledSums sum_totals(const Communicator& communicator, const UnitMatrix& matrix,
                        std::size_t n_own) {
  const std::vector<std::int8_t> ones(n_own, 1);
  LabelledSums totals = matrix.sums(ones, 1, 1);
  communicator.sum_to_root(totals.buffer());
  ByteWriter writer;
  if (communicator.is_root())
    writer.put(std::vector<std::int64_t>(totals.buffer().begin(), totals.buffer().end()));
  const std::string bytes = communicator.broadcast(writer.bytes());
  std::vector<std::int64_t> all;
  ByteReader(bytes).get(all);
  std::copy(all.begin(), all.end(), totals.buffer().begin());
  return totals;
}

}  // namespace

UnitSums sum_units(const Communicator& communicator, const GroupDesign& design,
                   const RankValues& own) {
  OwnUnits units = own_units_of(design, own);
  const WholeScale scale =
      choose_scale(largest_of_all(communicator, units.rows), std::ssize(design.units));
  UnitMatrix matrix(units.rows, scale);
  LabelledSums totals = sum_totals(communicator, matrix, units.units.size());
  return {.own_units = std::move(units.units),
          .scale = scale,
          .matrix = std::move(matrix),
          .totals = std::move(totals)};
}

}  // namespace csm
