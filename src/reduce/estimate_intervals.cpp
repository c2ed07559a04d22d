#include "csm/reduce/estimate_intervals.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/bytes.h"
#include "csm/inference/concentration.h"
#include "unit_sums.h"

namespace csm {
namespace {

/// How concentrated the map is, on the root. @note Collective.
Concentration measure_concentration(const Communicator& communicator, const CoarseGrid& grid,
                                    std::int64_t n_units, const UnitSums& units,
                                    std::uint64_t seed) {
  const ConcentrationSplits splits(grid, n_units, seed);
  if (splits.n_weightings() == 0) return {};

  // The numbers of each block come from the rank that has its sums.
  ByteWriter writer;
  for_each_block(
      communicator, units, splits.n_weightings(), ConcentrationSplits::n_halves,
      [&](std::int64_t first, std::int64_t n) { return splits.weights(first, n, units.own_units); },
      [&](std::int64_t first, std::int64_t n, const LabelledSums& sums) {
        writer.put(first);
        writer.put(splits.numbers(sums, n));
      });
  std::map<std::int64_t, std::vector<double>> of_block;
  for (const std::string& bytes : communicator.gather(writer.bytes())) {
    for (ByteReader reader(bytes); !reader.at_end();) {
      std::int64_t first = 0;
      reader.get(first);
      reader.get(of_block[first]);
    }
  }
  if (!communicator.is_root()) return {};
  std::vector<double> numbers;
  for (const auto& [first, block] : of_block)
    numbers.insert(numbers.end(), block.begin(), block.end());
  return splits.concentration(numbers);
}

}  // namespace

std::optional<MapIntervals> estimate_intervals(const Communicator& communicator,
                                               const CoarseGrid& grid,
                                               std::span<const DesignImage> images,
                                               const RankValues& own, std::int64_t n_resamples,
                                               std::uint64_t seed) {
  const GroupDesign design = one_group(images);
  const auto n_units = std::ssize(design.units);
  if (n_units < 2 || n_resamples < 1) return std::nullopt;
  const UnitSums units = sum_units(communicator, design, own);
  const Resampling resampling(grid, n_units, seed);

  // The distances of each block come from the rank that has its sums.
  std::vector<float> magnitudes;
  for_each_block(
      communicator, units, n_resamples, 1,
      [&](std::int64_t first, std::int64_t n) {
        return resampling.weights(first, n, units.own_units);
      },
      [&](std::int64_t, std::int64_t n, const LabelledSums& sums) {
        const std::vector<float> block = resampling.magnitudes(sums, n, units.totals);
        magnitudes.insert(magnitudes.end(), block.begin(), block.end());
      });
  ByteWriter writer;
  writer.put(magnitudes);
  magnitudes.clear();
  for (const std::string& bytes : communicator.gather(writer.bytes())) {
    std::vector<float> of_rank;
    ByteReader(bytes).get(of_rank);
    magnitudes.insert(magnitudes.end(), of_rank.begin(), of_rank.end());
  }
  const Concentration concentration =
      measure_concentration(communicator, grid, n_units, units, seed);
  if (!communicator.is_root()) return std::nullopt;
  MapIntervals found = resampling.intervals(units.totals, magnitudes);
  found.concentration = concentration;
  return found;
}

}  // namespace csm
