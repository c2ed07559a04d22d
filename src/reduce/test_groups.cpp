#include "csm/reduce/test_groups.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "csm/cluster/agreement.h"
#include "csm/core/bytes.h"
#include "csm/core/error.h"
#include "csm/core/magnitude.h"
#include "csm/core/text.h"
#include "csm/inference/labelled_sums.h"
#include "csm/inference/permutation_test.h"

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

/// The maxima of all labellings in their order, on the root. @param own by block, in any split
/// @note Collective.
LabellingMaxima gather_maxima(const Communicator& communicator,
                              std::map<std::int64_t, LabellingMaxima> own) {
  ByteWriter writer;
  for (const auto& [block, maxima] : own) {
    writer.put(block);
    writer.put(maxima.t);
    writer.put(maxima.enhanced);
    writer.put(maxima.region_t);
  }
  for (const std::string& bytes : communicator.gather(writer.bytes())) {
    for (ByteReader reader(bytes); !reader.at_end();) {
      std::int64_t block = 0;
      LabellingMaxima maxima;
      reader.get(block);
      reader.get(maxima.t);
      reader.get(maxima.enhanced);
      reader.get(maxima.region_t);
      own[block] = std::move(maxima);
    }
  }
  LabellingMaxima all;
  for (const auto& [block, maxima] : own) all.append(maxima);
  return all;
}

/// What one comparison gave, on the root.
struct Tested {
  std::optional<PairFinding> pair;
  double omnibus_p = 1;
};

/// Tests one design, its labellings in turn on the ranks. @note Collective.
Tested test_design(const Communicator& communicator, const CoarseGrid& grid,
                   const GroupDesign& design, const RankValues& own, const GroupTest& settings) {
  const OwnUnits units = own_units_of(design, own);
  const WholeScale scale =
      choose_scale(largest_of_all(communicator, units.rows), std::ssize(design.units));
  const UnitMatrix matrix(units.rows, scale);
  const LabelledSums totals = sum_totals(communicator, matrix, units.units.size());
  const PermutationTest test(grid, design, scale, settings.seed);

  // Each rank adds up its own units; the sums of a block of labellings meet on one rank. A failure
  // is kept to the end, so that the ranks stay together without waiting for each other's blocks.
  std::exception_ptr failure;
  std::optional<LabelledSums> observed;
  std::map<std::int64_t, LabellingMaxima> maxima_of_block;
  const std::int64_t n_labellings = settings.n_permutations + 1;
  for (std::int64_t first = 0; first < n_labellings; first += labellings_at_once) {
    const std::int64_t n = std::min(labellings_at_once, n_labellings - first);
    const std::int64_t block = first / labellings_at_once;
    LabelledSums sums(n, test.n_summed_groups(), grid.n_values());
    if (!failure) {
      try {
        sums = matrix.sums(test.weights(first, n, units.units), n, test.n_summed_groups());
      } catch (...) {
        failure = std::current_exception();
      }
    }
    const int root = static_cast<int>(block % communicator.size());
    communicator.sum_to_root(sums.buffer(), root);
    if (communicator.rank() != root || failure) continue;
    try {
      maxima_of_block[block] = test.maxima(sums, n, totals);
    } catch (...) {
      failure = std::current_exception();
    }
    if (first == 0) observed = std::move(sums);
  }
  agree(communicator, [&] {
    if (failure) std::rethrow_exception(failure);
  });

  const LabellingMaxima all = gather_maxima(communicator, std::move(maxima_of_block));
  if (!communicator.is_root()) return {};
  Tested tested;
  tested.omnibus_p = corrected_p(all.t, all.t.front());
  if (design.groups.size() == 2) tested.pair = test.finding(*observed, totals, all);
  return tested;
}

/// The groups that can be compared: of three or more those with two persons. The others are named
/// once, as a remark.
std::vector<std::string> comparable_groups(std::span<const DesignImage> images,
                                           const GroupTest& test,
                                           std::vector<std::string>& remarks) {
  if (test.groups.size() <= 2 || test.pairing != Pairing::automatic) return test.groups;
  std::map<std::string, std::set<std::string>> persons_of_group;
  std::int64_t n_nameless = 0;
  for (const DesignImage& image : images) {
    // An image of nobody in particular is a person of its own.
    const bool is_nameless = image.person.empty();
    persons_of_group[image.group].insert(is_nameless ? "/" + std::to_string(n_nameless++)
                                                     : image.person);
  }
  std::vector<std::string> kept;
  std::vector<std::string> small;
  for (const std::string& group : test.groups) {
    if (persons_of_group[group].size() >= 2)
      kept.push_back(group);
    else
      small.push_back("'" + group + "'");
  }
  if (small.empty()) return kept;
  constexpr std::size_t most_named = 8;
  const bool is_cut = small.size() > most_named;
  const std::string n_small = std::to_string(small.size());
  if (is_cut) small.resize(most_named);
  remarks.push_back("Not compared: " + n_small + " of the " + std::to_string(test.groups.size()) +
                    " groups of '" + test.column + "' with fewer than two persons: " + join(small) +
                    (is_cut ? " and others." : "."));
  return kept;
}

/// Whether any place could be tested.
bool has_statistic(const PairFinding& pair) {
  const auto& t = pair.t.values();
  return std::any_of(t.begin(), t.end(), [](float value) { return !std::isnan(value); });
}

/// The design of a comparison; without one, why, as a remark. A function of what all ranks know.
std::optional<GroupDesign> try_design(std::span<const DesignImage> images,
                                      std::span<const std::string> groups, const GroupTest& test,
                                      std::vector<std::string>& remarks) {
  try {
    return make_design(images, groups, test.stratum_column, test.pairing);
  } catch (const InputError& error) {
    remarks.emplace_back(std::string("Not tested: ") + error.what());
    return std::nullopt;
  }
}

}  // namespace

GroupTest make_group_test(const std::string& column, std::vector<std::string> groups,
                          const InferenceOptions& options, std::uint64_t seed) {
  return {.column = column,
          .groups = std::move(groups),
          .n_permutations = options.permutations,
          .stratum_column = options.permute_within,
          .pairing = options.pair_by.empty() ? Pairing::automatic : Pairing::within_persons,
          .seed = seed};
}

std::vector<int> deal_images(std::span<const DesignImage> images, int n_ranks) {
  CSM_EXPECT(n_ranks > 0);
  std::map<std::string, int> rank_of_person;
  std::vector<int> ranks;
  int next = 0;
  for (const DesignImage& image : images) {
    if (image.group.empty()) {
      ranks.push_back(-1);
      continue;
    }
    const auto known =
        image.person.empty() ? rank_of_person.end() : rank_of_person.find(image.person);
    if (known != rank_of_person.end()) {
      ranks.push_back(known->second);
      continue;
    }
    if (!image.person.empty()) rank_of_person.emplace(image.person, next);
    ranks.push_back(next);
    next = (next + 1) % n_ranks;
  }
  return ranks;
}

ColumnFindings test_groups(const Communicator& communicator, const CoarseGrid& grid,
                           std::span<const DesignImage> images, const RankValues& own,
                           const GroupTest& test) {
  ColumnFindings findings;
  findings.column = test.column;
  findings.permute_within = test.stratum_column;
  const std::vector<std::string> groups = comparable_groups(images, test, findings.remarks);
  const auto n_groups = std::ssize(groups);
  if (n_groups < 2) {
    findings.remarks.push_back("Not tested: '" + test.column + "' has " +
                               (n_groups == 1 ? "one group" : "no group") +
                               " with images, and a difference needs two.");
    return findings;
  }

  // Whether any of several groups differ.
  if (n_groups > 2 && test.pairing == Pairing::automatic) {
    if (const auto design = try_design(images, groups, test, findings.remarks)) {
      findings.has_omnibus = true;
      findings.omnibus_p = test_design(communicator, grid, *design, own, test).omnibus_p;
    }
  }
  if (n_groups > most_paired_groups) {
    findings.remarks.push_back("Pairs of the " + std::to_string(n_groups) + " groups of '" +
                               test.column + "' are not compared: at most " +
                               std::to_string(most_paired_groups) + " groups are.");
    return findings;
  }

  // Every pair.
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (std::size_t j = i + 1; j < groups.size(); ++j) {
      const std::vector<std::string> pair{groups[i], groups[j]};
      const auto design = try_design(images, pair, test, findings.remarks);
      if (!design) continue;
      Tested tested = test_design(communicator, grid, *design, own, test);
      if (!tested.pair) continue;
      if (has_statistic(*tested.pair)) {
        findings.pairs.push_back(std::move(*tested.pair));
        continue;
      }
      findings.remarks.push_back(
          "Not tested: the maps of '" + pair[0] + "' and '" + pair[1] +
          "' do not vary between persons at any place that a tenth of each group has.");
    }
  }
  return findings;
}

}  // namespace csm
