#include "csm/inference/describe_findings.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "csm/core/text.h"
#include "csm/inference/inference_options.h"
#include "number_text.h"

namespace csm {
namespace {

/// What a comparison is of.
std::string describe_groups(const PairFinding& pair) {
  const std::string names = "'" + pair.first + "' and '" + pair.second + "'";
  if (pair.exchange == Exchange::signs)
    return names + ", within " + std::to_string(pair.n_first) + " persons";
  return names + " (" + std::to_string(pair.n_first) + " and " + std::to_string(pair.n_second) +
         " persons)";
}

/// More regions than these fill a sentence that nobody reads; the tables have all.
constexpr std::size_t most_named_regions = 4;

/// The first of the texts: "a, b, c, d and 3 more".
std::string list_first(std::vector<std::string> texts) {
  if (texts.size() <= most_named_regions) return join(texts);
  const std::size_t n_more = texts.size() - most_named_regions;
  texts.resize(most_named_regions);
  return join(texts) + " and " + std::to_string(n_more) + " more";
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

/// What could have been found, and what it takes to find a tenth of the map's largest value.
std::string describe_power(const PairFinding& pair, double largest, const std::string& unit) {
  if (!(largest > 0) || !std::isfinite(pair.detectable)) return "";
  constexpr double most_useful_ratio = 10;
  std::string text = "At a typical place ";
  text += pair.detectable > most_useful_ratio * largest
              ? "only a difference of more than ten times the map's largest value"
              : "a difference of " + with_unit(pair.detectable, unit) + ", " +
                    format_percent(pair.detectable / largest) + " of the map's largest value,";
  text += " would be found with 80 % probability";
  const double factor = std::pow(pair.detectable_of_many / (0.1 * largest), 2);
  if (factor <= 1) return text + ".";
  constexpr double most_useful_factor = 1000;
  if (!(factor <= most_useful_factor))
    return text + "; to find one of 10 %, more than a thousand times as many persons are needed.";
  const auto more = [factor](std::int64_t n) {
    return round_to_two_digits((factor - 1) * static_cast<double>(n));
  };
  text += "; to find one of 10 %, about ";
  if (pair.exchange == Exchange::signs)
    return text + more(pair.n_first) + " more persons are needed.";
  return text + more(pair.n_first) + " more persons of '" + pair.first + "' and " +
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

std::vector<std::string> describe_pair(const PairFinding& pair, double largest,
                                       const std::string& unit) {
  std::vector<std::string> sentences;
  const std::string who = describe_groups(pair);
  const std::string sure = format_p(pair.p_holm) + " for the whole face, from " +
                           std::to_string(pair.n_permutations) + " random exchanges of " +
                           (pair.exchange == Exchange::signs ? "the two conditions" : "persons");
  if (pair.p_holm > significance_level) {
    sentences.push_back("No difference between the maps of " + who + " was found (" + sure +
                        "). That does not prove that there is none.");
  } else {
    sentences.push_back("The maps of " + who + " differ on " + format_percent(pair.share_of_face) +
                        " of the face (" + sure + ").");
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
                        format_number(effect.low) + " to " + format_number(effect.high) + "); " +
                        std::to_string(effect.n_decided_otherwise) + " of " +
                        std::to_string(effect.n_persons) + " persons are decided otherwise.");
  }
  const std::string spread = describe_spread(pair);
  if (pair.p_holm <= significance_level && !spread.empty()) sentences.push_back(spread);
  const std::string power = describe_power(pair, largest, unit);
  if (!power.empty()) sentences.push_back(power);
  return sentences;
}

/// True if nothing was found, and nothing that the map holds is large enough to be found.
bool is_too_small(const ColumnFindings& column, double largest) {
  if (column.has_omnibus && column.omnibus_p <= significance_level) return false;
  return largest > 0 && !column.pairs.empty() &&
         std::all_of(column.pairs.begin(), column.pairs.end(), [largest](const PairFinding& pair) {
           return pair.p_holm > significance_level && pair.detectable > largest;
         });
}

/// More groups than these fill a sentence that nobody reads; the table has them.
constexpr std::size_t most_described_groups = 8;

/// A share of each group that has one: "'female' 98 % (95 % to 99 %, n = 240), ..."; empty if fewer
/// than two have.
std::string list_shares(const std::vector<GroupPerformance>& groups,
                        GroupShare GroupPerformance::*share) {
  std::vector<std::string> texts;
  for (const GroupPerformance& group : groups) {
    const GroupShare& of = group.*share;
    if (of.n == 0) continue;
    texts.push_back("'" + group.name + "' " + format_percent(of.share) + " (" +
                    format_percent(of.low) + " to " + format_percent(of.high) +
                    ", n = " + std::to_string(of.n) + ")");
  }
  return texts.size() < 2 ? "" : join(texts);
}

/// How well the model does on each group, for a few groups.
std::vector<std::string> describe_performance(const std::vector<GroupPerformance>& groups) {
  std::vector<std::string> sentences;
  if (groups.size() > most_described_groups) return sentences;
  const auto add = [&](const std::string& what, GroupShare GroupPerformance::*share) {
    const std::string shares = list_shares(groups, share);
    if (!shares.empty()) sentences.push_back(what + ": " + shares + ".");
  };
  add("Share decided rightly", &GroupPerformance::accuracy);
  add("False matches at the threshold", &GroupPerformance::false_match);
  add("False non-matches at the threshold", &GroupPerformance::false_non_match);
  return sentences;
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

/// An interval of a share that is wider than this says nothing.
constexpr double widest_share = 0.5;

/// What the intervals of the map hold.
std::vector<std::string> describe_intervals(const MapIntervals& intervals,
                                            const std::string& unit) {
  std::vector<RegionInterval> sure;
  std::copy_if(
      intervals.regions.begin(), intervals.regions.end(), std::back_inserter(sure),
      [](const RegionInterval& region) { return region.band_low > 0 || region.band_high < 0; });
  std::stable_sort(sure.begin(), sure.end(), [](const auto& a, const auto& b) {
    return std::abs(a.mean) > std::abs(b.mean);
  });
  std::vector<std::string> texts;
  texts.reserve(sure.size());
  for (const RegionInterval& region : sure) {
    texts.push_back(readable(region.name) + " " + with_unit(region.mean, unit) + " (" +
                    format_number(region.band_low) + " to " + format_number(region.band_high) +
                    ")");
  }
  const std::string who = "Of " + std::to_string(intervals.n_persons) +
                          (intervals.exchange_by == exchange_images ? " images: " : " persons: ");
  if (!(intervals.share_known > 0))
    return {who + "too few for intervals, or their maps are all the same."};
  std::vector<std::string> sentences;
  sentences.push_back(
      texts.empty() ? who + "no region's mean is other than zero beyond chance."
                    : who +
                          "regions whose mean is other than zero, with 95 % bands that hold for "
                          "all regions at once: " +
                          list_first(std::move(texts)) + ".");

  std::string places = "On " + format_percent(intervals.share_of_face) + " of the face";
  if (intervals.share_known < 0.995)
    places += " (of the " + format_percent(intervals.share_known) + " of it with enough persons)";
  places += " the 95 % interval of a place leaves out zero, each place by itself; ";
  places += std::isnan(intervals.band_factor)
                ? "a band for all places at once would need more persons."
                : "on " + format_percent(intervals.share_in_band) +
                      " the band for all places at once does.";
  sentences.push_back(std::move(places));
  const IntervalOfMeasure& top = intervals.concentration.top_share;
  if (!std::isnan(top.value) && top.high - top.low > widest_share) {
    sentences.push_back("How much of the map the " + format_percent(top_part) +
                        " of the face that count most hold cannot be told from these images.");
  } else if (!std::isnan(top.value)) {
    sentences.push_back("The " + format_percent(top_part) + " of the face that count most hold " +
                        format_percent(top.value) + " of the map's squared values (" +
                        format_percent(top.low) + " to " + format_percent(top.high) +
                        "; the same everywhere: " + format_percent(top_part) + ").");
  }
  return sentences;
}

/// Corrects for the number of comparisons of all columns.
void correct_for_all(std::vector<ColumnFindings>& columns) {
  std::vector<double> p;
  for (const ColumnFindings& column : columns) {
    for (const PairFinding& pair : column.pairs) p.push_back(pair.p_map);
  }
  const std::vector<double> corrected = holm(p);
  std::size_t next = 0;
  for (ColumnFindings& column : columns) {
    if (column.pairs.empty()) continue;
    std::string shortage =
        describe_shortage(std::ssize(corrected), column.pairs.front().n_permutations);
    if (!shortage.empty()) column.remarks.push_back(std::move(shortage));
    for (PairFinding& pair : column.pairs) {
      pair.p_holm = corrected[next++];
      if (pair.p_holm > significance_level) pair.share_of_face = 0;
    }
  }
}

}  // namespace

void conclude(Inference& inference, double largest, const std::string& unit) {
  if (inference.intervals)
    inference.intervals->sentences = describe_intervals(*inference.intervals, unit);
  std::vector<ColumnFindings>& columns = inference.findings;
  correct_for_all(columns);
  for (ColumnFindings& column : columns) {
    column.sentences.clear();
    if (is_too_small(column, largest)) {
      column.sentences.push_back(
          "Too few persons to compare the groups: only a difference larger than anything in the "
          "map would be "
          "found.");
    }
    if (column.has_omnibus) {
      const bool differs = column.omnibus_p <= significance_level;
      column.sentences.push_back(
          (differs ? "At least two of the groups of '" : "No difference among the groups of '") +
          column.column + (differs ? "' differ (" : "' was found (") + format_p(column.omnibus_p) +
          ", Welch's F, largest over the face).");
    }
    for (const PairFinding& pair : column.pairs) {
      for (std::string& sentence : describe_pair(pair, largest, unit))
        column.sentences.push_back(std::move(sentence));
    }
    for (std::string& sentence : describe_performance(column.groups))
      column.sentences.push_back(std::move(sentence));
  }
}

}  // namespace csm
