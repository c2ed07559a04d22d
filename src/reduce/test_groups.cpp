#include "csm/reduce/test_groups.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "csm/core/bytes.h"
#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csm/inference/permutation_test.h"
#include "unit_sums.h"

namespace csm {
namespace {

/// The maxima of all labellings in their order, on the root. @param own by block, in any split
/// @note Collective.
LabellingMaxima gather_maxima(const Communicator& communicator,
                              std::map<std::int64_t, LabellingMaxima> own) {
  ByteWriter writer;
  for (const auto& [block, maxima] : own) {
    writer.put(block);
    writer.put(maxima.place);
    writer.put(maxima.enhanced);
    writer.put(maxima.region);
  }
  for (const std::string& bytes : communicator.gather(writer.bytes())) {
    for (ByteReader reader(bytes); !reader.at_end();) {
      std::int64_t block = 0;
      LabellingMaxima maxima;
      reader.get(block);
      reader.get(maxima.place);
      reader.get(maxima.enhanced);
      reader.get(maxima.region);
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
  bool has_statistic = false;  ///< whether any place could be tested
};

/// The maxima of all labellings by each test, the labellings in turn on the ranks; on the root.
/// @param tests with the same labellings @note Collective.
std::vector<LabellingMaxima> find_maxima(const Communicator& communicator,
                                         std::span<const PermutationTest> tests,
                                         const UnitSums& units, std::int64_t n_permutations) {
  std::vector<std::map<std::int64_t, LabellingMaxima>> by_block(tests.size());
  for_each_block(
      communicator, units, n_permutations + 1, tests[0].n_summed_groups(),
      [&](std::int64_t first, std::int64_t n) {
        return tests[0].weights(first, n, units.own_units);
      },
      [&](std::int64_t first, std::int64_t n, const LabelledSums& sums) {
        for (std::size_t i = 0; i < tests.size(); ++i)
          by_block[i][first] = tests[i].maxima(sums, n, units.totals);
      });
  std::vector<LabellingMaxima> maxima;
  maxima.reserve(tests.size());
  for (auto& own : by_block) maxima.push_back(gather_maxima(communicator, std::move(own)));
  return maxima;
}

/// The smaller of two groups, if it varies more.
std::optional<std::int64_t> smaller_and_more_variable(const GroupDesign& design,
                                                      const GroupSpreads& spreads,
                                                      std::int64_t n_places) {
  const std::vector<std::int64_t> n = design.n_units_of_group();
  if (n.size() != 2 || n[0] == n[1]) return std::nullopt;
  const std::int64_t smaller = n[0] < n[1] ? 0 : 1;
  if (spreads.ratio(smaller, 1 - smaller, n_places) <= 1) return std::nullopt;
  return smaller;
}

/// The maxima of exchanges of persons that take the spread of the group in which they count; on the
/// root. The enhanced ones are raised to those of exchanges in which only the smaller group varies,
/// if it varies more: of few persons with skewed values its spread comes out too small, and
/// enhancement adds up what that does all over the face.
/// @param units standardised by the spreads
/// @note Collective.
LabellingMaxima find_maxima_of_spreads(const Communicator& communicator,
                                       const PermutationTest& test, const UnitSums& units,
                                       const GroupSpreads& spreads,
                                       std::optional<std::int64_t> smaller_and_more_variable,
                                       std::int64_t n_permutations) {
  std::vector<PermutationTest> tests{test.keeping(spreads)};
  if (smaller_and_more_variable)
    tests.push_back(test.keeping(spreads.only(*smaller_and_more_variable)));
  std::vector<LabellingMaxima> maxima = find_maxima(communicator, tests, units, n_permutations);
  if (smaller_and_more_variable && communicator.is_root())
    raise_maxima(maxima[0].enhanced, std::move(maxima[1].enhanced));
  return std::move(maxima[0]);
}

/// Tests one design. Between persons p is the larger of two exchanges: of persons as they are,
/// which is exact for groups that are alike in everything, and of persons that take the spread of
/// the group in which they count, which holds for groups of equal means. With strata, values are
/// taken less the means of their strata. @note Collective.
Tested test_design(const Communicator& communicator, const CoarseGrid& grid,
                   const GroupDesign& design, const RankValues& own, const GroupTest& settings) {
  std::optional<StratumMeans> means;
  if (design.n_strata > 1) means = find_stratum_means(communicator, design, own);
  const StratumMeans* less = means ? &*means : nullptr;
  std::optional<UnitSums> units = sum_units(communicator, design, own, less);
  const PermutationTest test(grid, design, settings.seed);
  const LabelledSums observed = sum_over_ranks(
      communicator, units->matrix, test.weights(0, 1, units->own_units), test.n_summed_groups());
  const LabelledSums totals = units->totals;
  LabellingMaxima all = std::move(
      find_maxima(communicator, std::span(&test, 1), *units, settings.n_permutations).front());
  units.reset();  // the standardised ones take its place in memory

  if (design.exchange == Exchange::labels) {
    const GroupSpreads spreads = test.spreads(observed, totals);
    LabellingMaxima others = find_maxima_of_spreads(
        communicator, test, sum_units(communicator, design, own, less, &spreads), spreads,
        smaller_and_more_variable(design, spreads, grid.n_places()), settings.n_permutations);
    if (communicator.is_root()) {
      raise_maxima(all.place, std::move(others.place));
      raise_maxima(all.enhanced, std::move(others.enhanced));
      raise_maxima(all.region, std::move(others.region));
    }
  }
  if (!communicator.is_root()) return {};

  Tested tested;
  tested.omnibus_p = corrected_p(all.place, all.place.front());
  tested.has_statistic = test.has_statistic(observed, totals);
  if (design.groups.size() == 2) tested.pair = test.finding(observed, totals, all);
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

ColumnFindings test_groups(const Communicator& communicator, const CoarseGrid& grid,
                           std::span<const DesignImage> images, const RankValues& own,
                           const GroupTest& test) {
  ColumnFindings findings;
  findings.column = test.column;
  findings.n_permutations = test.n_permutations;
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
      const Tested tested = test_design(communicator, grid, *design, own, test);
      findings.has_omnibus = tested.has_statistic;
      findings.omnibus_p = tested.has_statistic ? tested.omnibus_p : 1;
      if (communicator.is_root() && !tested.has_statistic) {
        findings.remarks.push_back("Not tested together: at no place the maps of each group of '" +
                                   test.column + "' vary between persons.");
      }
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
      if (tested.has_statistic) {
        findings.pairs.push_back(std::move(*tested.pair));
        continue;
      }
      findings.remarks.push_back(
          "Not tested: the maps of '" + pair[0] + "' and '" + pair[1] +
          "' do not vary between persons at any place that enough persons of each group have (20, "
          "or a quarter of a smaller group).");
    }
  }
  return findings;
}

}  // namespace csm
