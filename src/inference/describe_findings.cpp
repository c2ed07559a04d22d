#include "csm/inference/describe_findings.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "csm/core/text.h"
#include "csm/inference/inference_options.h"
#include "csm/inference/permutation_test.h"
#include "csm/inference/student.h"
#include "describe_intervals.h"
#include "number_text.h"
#include "test_statistics.h"

namespace csm {
namespace {

/// What sentences say besides the findings themselves.
struct Context {
  double largest = 0;          ///< of the map's values
  std::string unit;            ///< of the map
  std::string units;           ///< who is exchanged: name_units
  std::string permute_within;  ///< column that is held fixed, or empty
  std::int64_t n_comparisons = 1;
};

/// What a comparison is of.
std::string describe_groups(const PairFinding& pair, const Context& context) {
  const std::string names = "'" + pair.first + "' and '" + pair.second + "'";
  if (pair.exchange == Exchange::signs)
    return names + ", within " + std::to_string(pair.n_first) + " persons";
  return names + " (" + std::to_string(pair.n_first) + " and " + std::to_string(pair.n_second) +
         " " + context.units +
         (context.permute_within.empty() ? "" : ", '" + context.permute_within + "' held fixed") +
         ")";
}

/// The regions that differ, the most certain first: "mouth -0.12 (-0.2 to -0.04)".
std::string list_regions(const PairFinding& pair) {
  std::vector<RegionFinding> found;
  std::copy_if(pair.regions.begin(), pair.regions.end(), std::back_inserter(found),
               [](const RegionFinding& region) { return region.p_fwe <= significance_level; });
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return std::abs(a.t) > std::abs(b.t); });
  std::vector<std::string> texts;
  texts.reserve(found.size());
  for (const RegionFinding& region : found) {
    texts.push_back(readable(region.name) + " " + format_number(region.difference) + " (" +
                    format_number(region.low) + " to " + format_number(region.high) + ")");
  }
  return list_first(std::move(texts));
}

/// A number of persons as far as it is known: "58,891" is "59000".
std::string round_to_two_digits(double number) {
  double unit = 1;
  while (number / unit >= 100) unit *= 10;
  return std::to_string(std::llround(std::ceil(number / unit) * unit));
}

/// Of fewer persons than these it is not known how many more are needed.
constexpr std::int64_t fewest_told = 10;
/// If less of the face could be tested, nothing is said of a typical place.
constexpr double typical_share = 0.5;

/// What could have been found, and what it takes to find a tenth of the map's largest value.
std::string describe_power(const PairFinding& pair, const Context& context) {
  const auto& [largest, unit, units, permute_within, n_comparisons] = context;
  if (!(largest > 0) || !std::isfinite(pair.detectable)) return "";
  if (pair.share_tested < typical_share) return "";
  constexpr double most_useful_ratio = 10;
  std::string text = "At a single typical place ";
  text += pair.detectable > most_useful_ratio * largest
              ? "a difference of more than ten times the map's largest value"
              : "a difference of " + with_unit(pair.detectable, unit) + ", " +
                    format_percent(pair.detectable / largest) + " of the map's largest value,";
  text += " would be found with 80 % probability, a wide one more readily";
  const double factor = std::pow(pair.detectable_of_many / (0.1 * largest), 2);
  if (factor <= 1 || std::min(pair.n_first, pair.n_second) < fewest_told) return text + ".";
  constexpr double most_useful_factor = 1000;
  if (!(factor <= most_useful_factor))
    return text + "; to find one of 10 %, more than a thousand times as many " + units +
           " are needed.";
  const auto more = [factor](std::int64_t n) {
    return round_to_two_digits((factor - 1) * static_cast<double>(n));
  };
  text += "; to find one of 10 %, about ";
  if (pair.exchange == Exchange::signs)
    return text + more(pair.n_first) + " more persons are needed.";
  return text + more(pair.n_first) + " more " + units + " of '" + pair.first + "' and " +
         more(pair.n_second) + " of '" + pair.second + "' are needed.";
}

/// A ratio of spreads that a reader should know of.
constexpr double notable_ratio = 1.5;

/// Which group varies more, if one does.
std::string describe_spread(const PairFinding& pair) {
  const bool is_first = pair.spread_ratio > 1;
  const double ratio = is_first ? pair.spread_ratio : 1 / pair.spread_ratio;
  if (!(ratio > notable_ratio)) return "";
  return "The maps of '" + (is_first ? pair.first : pair.second) + "' vary " +
         format_number(ratio) + " times as much between persons as those of '" +
         (is_first ? pair.second : pair.first) + "', which the tests allow for.";
}

/// Whether so few persons could give a corrected p of .05, however much they differ.
bool can_hold(const PairFinding& pair, std::int64_t n_comparisons) {
  return static_cast<double>(n_comparisons) * pair.smallest_p <= significance_level;
}

/// What of a comparison was not found.
std::string describe_nothing(const PairFinding& pair, const std::string& who,
                             const std::string& sure, const Context& context) {
  const std::int64_t n_comparisons = context.n_comparisons;
  if (can_hold(pair, n_comparisons)) {
    return "No difference between the maps of " + who + " was found (" + sure +
           "). That does not prove that there is none.";
  }
  return "No difference between the maps of " + who + " could be found: so few " + context.units +
         " can give p = " + format_number(pair.smallest_p) + " at least, " +
         format_number(std::min(1.0, static_cast<double>(n_comparisons) * pair.smallest_p)) +
         " corrected for " + std::to_string(n_comparisons) + " comparisons.";
}

std::vector<std::string> describe_pair(const PairFinding& pair, const Context& context) {
  std::vector<std::string> sentences;
  const std::string who = describe_groups(pair, context);
  const bool is_whole = pair.share_tested > 0.995;
  const bool is_one = context.n_comparisons == 1;
  const std::string sure =
      format_p(pair.p_holm) + " for the " +
      (is_whole ? "whole face"
                : format_percent(pair.share_tested) + " of the face that could be tested") +
      (is_one ? "" : ", corrected for " + std::to_string(context.n_comparisons) + " comparisons") +
      ", from " + std::to_string(pair.n_permutations) + " random exchanges of " +
      (pair.exchange == Exchange::signs ? "the two conditions" : context.units);
  if (pair.p_holm > significance_level) {
    sentences.push_back(describe_nothing(pair, who, sure, context));
  } else {
    sentences.push_back("The maps of " + who + " differ on " + format_percent(pair.share_of_face) +
                        (is_whole ? " of the face" : " of that part of the face") +
                        (is_one ? " (" : ", at .05 of this comparison by itself (") + sure + ").");
    const std::string regions = list_regions(pair);
    sentences.push_back(
        regions.empty()
            ? "No region as a whole differs beyond chance."
            : "Regions, '" + pair.first + "' less '" + pair.second +
                  "', with 95 % bands that hold for all regions at once: " + regions + ".");
  }
  const ConfidenceEffect& effect = pair.effect;
  if (effect.n_persons > 0) {
    sentences.push_back("The confidence on '" + pair.first + "' less that on '" + pair.second +
                        "' of the same person: " + format_number(effect.difference) + " (" +
                        format_number(effect.low) + " to " + format_number(effect.high) +
                        (effect.n_of_one_target == effect.n_persons
                             ? ""
                             : ", of the " + std::to_string(effect.n_of_one_target) +
                                   " whose two have one target class") +
                        "); " + std::to_string(effect.n_decided_otherwise) + " of " +
                        std::to_string(effect.n_persons) +
                        (effect.n_persons == 1 ? " person " : " persons ") +
                        (effect.n_decided_otherwise == 1 ? "is" : "are") + " decided otherwise.");
  }
  const std::string spread = describe_spread(pair);
  if (pair.p_holm <= significance_level && !spread.empty()) sentences.push_back(spread);
  const bool is_found = pair.p_holm <= significance_level;
  const std::string power = describe_power(pair, context);
  if (!power.empty() && (is_found || can_hold(pair, context.n_comparisons)))
    sentences.push_back(power);
  return sentences;
}

/// True if nothing was found, and nothing that the map holds is large enough to be found.
bool is_too_small(const ColumnFindings& column, double largest) {
  if (column.has_omnibus && column.omnibus_p_holm <= significance_level) return false;
  return largest > 0 && !column.pairs.empty() &&
         std::all_of(column.pairs.begin(), column.pairs.end(), [largest](const PairFinding& pair) {
           return pair.p_holm > significance_level && pair.detectable > largest;
         });
}

/// More groups than these fill a sentence that nobody reads; the table has them.
constexpr std::size_t most_described_groups = 8;

/// "n = 240", or "n = 240 images of 80 persons".
std::string describe_cases(const GroupShare& share, const std::string& cases) {
  std::string text = "n = " + std::to_string(share.n);
  if (share.n_persons == share.n || share.n_persons == 0) return text;
  return text + " " + cases + " of " + std::to_string(share.n_persons) +
         (share.n_persons == 1 ? " person" : " persons");
}

/// A share of each group that has one: "'female' 98 % (95 % to 99 %, n = 240), ..."; empty if fewer
/// than two have.
std::string list_shares(const std::vector<GroupPerformance>& groups,
                        GroupShare GroupPerformance::*share, const std::string& cases) {
  std::vector<std::string> texts;
  for (const GroupPerformance& group : groups) {
    const GroupShare& of = group.*share;
    if (of.n == 0) continue;
    texts.push_back("'" + group.name + "' " + format_percent(of.share) + " (" +
                    format_percent(of.low) + " to " + format_percent(of.high) + ", " +
                    describe_cases(of, cases) + ")");
  }
  return texts.size() < 2 ? "" : join(texts);
}

/// How well the model does on each group, for a few groups.
std::vector<std::string> describe_performance(const std::vector<GroupPerformance>& groups,
                                              const std::string& cases) {
  std::vector<std::string> sentences;
  if (groups.size() > most_described_groups) return sentences;
  const auto add = [&](const std::string& what, GroupShare GroupPerformance::*share) {
    const std::string shares = list_shares(groups, share, cases);
    if (!shares.empty()) sentences.push_back(what + ": " + shares + ".");
  };
  add("Share decided rightly", &GroupPerformance::accuracy);
  add("False matches at the threshold", &GroupPerformance::false_match);
  add("False non-matches at the threshold", &GroupPerformance::false_non_match);
  return sentences;
}

/// Whether a group is in a pair, or its maps, too few for one, count nowhere.
bool is_compared(const ColumnFindings& column, const std::string& group) {
  return column.pairs.empty() ||
         std::any_of(column.pairs.begin(), column.pairs.end(), [&](const PairFinding& pair) {
           return pair.first == group || pair.second == group;
         });
}

/// "20 of 30 images of 'male' and 0 of 14 of 'female' were left out (...)", if the shares of two
/// groups differ beyond chance: their intervals lie apart. Of many groups only these two are named.
std::string describe_left_out(const ColumnFindings& column) {
  std::vector<GroupPerformance> groups;
  for (const GroupPerformance& group : column.groups) {
    const bool is_lost = group.n_images == 0;
    if (group.left_out.n > 0 && (is_lost || is_compared(column, group.name)))
      groups.push_back(group);
  }
  if (groups.size() < 2) return "";
  const auto highest = std::max_element(
      groups.begin(), groups.end(),
      [](const auto& a, const auto& b) { return a.left_out.low < b.left_out.low; });
  const auto lowest = std::min_element(
      groups.begin(), groups.end(),
      [](const auto& a, const auto& b) { return a.left_out.high < b.left_out.high; });
  if (highest->left_out.low <= lowest->left_out.high) return "";
  if (groups.size() > most_described_groups) groups = {*highest, *lowest};
  std::vector<std::string> texts;
  texts.reserve(groups.size());
  for (const GroupPerformance& group : groups) {
    texts.push_back(std::to_string(group.n_left_out) + " of " + std::to_string(group.left_out.n) +
                    (texts.empty() ? " " + column.cases : "") + " of '" + group.name + "'");
  }
  return enumerate(texts, "and") + " were left out (" + list_first(column.why_left_out) +
         "): the groups that are compared are what remains of them, which may be why they differ "
         "or do not.";
}

/// Why no difference can hold, if there are too few exchanges for the comparisons; else empty.
std::string describe_shortage(std::int64_t n_comparisons, std::int64_t n_permutations) {
  const auto n = static_cast<double>(n_comparisons);
  const double lowest = n / static_cast<double>(n_permutations + 1);
  if (n_comparisons == 0 || lowest <= significance_level) return "";
  const auto needed = std::llround(std::ceil(n / significance_level - 1e-9)) - 1;
  return "No difference can hold: p is corrected for " + std::to_string(n_comparisons) +
         (n_comparisons == 1 ? " comparison" : " comparisons") + ", and from " +
         std::to_string(n_permutations) + " random exchanges it is then at least " +
         format_number(std::min(1.0, lowest)) + ". Give --permutations " + std::to_string(needed) +
         " or more.";
}

/// The p of all tests of the columns: of several groups together, and of pairs.
template <typename Columns, typename Use>
void for_each_p(Columns& columns, const Use& use) {
  for (auto& column : columns) {
    if (column.has_omnibus) use(column.omnibus_p, column.omnibus_p_holm);
    for (auto& pair : column.pairs) use(pair.p_map, pair.p_holm);
  }
}

/// Corrects for the number of comparisons of all columns, and returns that.
std::int64_t correct_for_all(std::vector<ColumnFindings>& columns) {
  std::vector<double> p;
  for_each_p(columns, [&](double own, double) { p.push_back(own); });
  const std::vector<double> corrected = holm(p);
  std::size_t next = 0;
  for_each_p(columns, [&](double, double& p_holm) { p_holm = corrected[next++]; });

  for (ColumnFindings& column : columns) {
    if (!column.has_omnibus && column.pairs.empty()) continue;
    std::string shortage = describe_shortage(std::ssize(corrected), column.n_permutations);
    if (!shortage.empty()) column.remarks.push_back(std::move(shortage));
    for (PairFinding& pair : column.pairs) {
      if (pair.p_holm > significance_level) pair.share_of_face = 0;
    }
  }
  return std::ssize(corrected);
}

/// The standard normal quantile of 80 %: the power that `detectable` is stated for.
constexpr double quantile_of_power = 0.8416212335729143;

/// Sets what the largest |z| would find, corrected for all comparisons by their number.
void set_detectable(PairFinding& pair, std::int64_t n_comparisons) {
  if (pair.largest_z.empty()) return;
  const double z =
      critical_value(pair.largest_z, significance_level / static_cast<double>(n_comparisons));
  pair.detectable = (t_of_normal(z, pair.typical_freedom) + quantile_of_power) * pair.typical_error;
  pair.detectable_of_many = (z + quantile_of_power) * pair.typical_error;
}

}  // namespace

void conclude(Inference& inference, double largest, const std::string& unit) {
  if (inference.intervals)
    inference.intervals->sentences = describe_intervals(*inference.intervals, unit);
  std::vector<ColumnFindings>& columns = inference.findings;
  Context context{
      .largest = largest, .unit = unit, .units = "", .permute_within = "", .n_comparisons = 0};
  context.n_comparisons = correct_for_all(columns);
  for (ColumnFindings& column : columns) {
    column.sentences = column.cautions;
    context.units = name_units(column.exchange_by, column.cases);
    context.permute_within = column.permute_within;
    for (PairFinding& pair : column.pairs) set_detectable(pair, context.n_comparisons);
    if (is_too_small(column, largest)) {
      column.sentences.push_back(
          "Too few " + context.units +
          " to find a difference at a single place, unless it is larger than anything in the map; "
          "wide ones are found more readily.");
    }
    if (column.has_omnibus) {
      const bool differs = column.omnibus_p_holm <= significance_level;
      column.sentences.push_back(
          (differs ? "At least two of the groups of '" : "No difference among the groups of '") +
          column.column + (differs ? "' differ (" : "' was found (") +
          format_p(column.omnibus_p_holm) + ", Welch's F, largest over the face).");
    }
    for (const PairFinding& pair : column.pairs) {
      for (std::string& sentence : describe_pair(pair, context))
        column.sentences.push_back(std::move(sentence));
    }
    for (std::string& sentence : describe_performance(column.groups, column.cases))
      column.sentences.push_back(std::move(sentence));
    std::string left_out = describe_left_out(column);
    if (!left_out.empty()) column.sentences.push_back(std::move(left_out));
  }
}

std::vector<std::string> describe_surer_groups(const ColumnFindings& column,
                                               const std::string& confidence) {
  const auto group_named = [&](const std::string& name) {
    return std::find_if(column.groups.begin(), column.groups.end(),
                        [&](const GroupPerformance& group) { return group.name == name; });
  };
  const auto reach_of = [](const GroupPerformance& group) {
    return interval_factor(static_cast<double>(group.n_persons)) * group.confidence_error;
  };
  const auto mean_of = [](const GroupPerformance& group) {
    return format_number(group.mean_confidence) + " ± " + format_number(group.confidence_error);
  };
  std::vector<std::string> sentences;
  for (const PairFinding& pair : column.pairs) {
    auto surer = group_named(pair.first), other = group_named(pair.second);
    if (surer == column.groups.end() || other == column.groups.end()) continue;
    if (surer->mean_confidence < other->mean_confidence) std::swap(surer, other);
    if (std::min(surer->n_persons, other->n_persons) < 2) continue;
    const double apart = surer->mean_confidence - other->mean_confidence;
    if (!(apart > reach_of(*surer) + reach_of(*other))) continue;
    sentences.push_back("The model is surer of '" + surer->name + "' (mean " + confidence + " " +
                        mean_of(*surer) + ") than of '" + other->name + "' (" + mean_of(*other) +
                        "; standard errors), which alone can scale a map.");
  }
  return sentences;
}

}  // namespace csm
