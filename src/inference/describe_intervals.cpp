#include "describe_intervals.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "csm/core/text.h"
#include "number_text.h"

namespace csm {
namespace {

/// An interval of a share that is wider than this says nothing.
constexpr double widest_share = 0.5;

}  // namespace

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
  const std::string units = name_units(intervals.exchange_by, intervals.cases);
  const std::string who = "Of " + std::to_string(intervals.n_persons) + " " + units + ": ";
  std::vector<std::string> sentences = intervals.remarks;
  if (!(intervals.share_known > 0)) {
    sentences.push_back(who + "too few for intervals, or their maps are all the same.");
    return sentences;
  }
  sentences.push_back(
      texts.empty() ? who + "no region's mean is other than zero beyond chance."
                    : who +
                          "regions whose mean is other than zero, with 95 % bands that hold for "
                          "all regions at once: " +
                          list_first(std::move(texts)) + ".");

  std::string places = "On " + format_percent(intervals.share_of_face) + " of the face";
  if (intervals.share_known < 0.995)
    places +=
        " (of the " + format_percent(intervals.share_known) + " of it with enough " + units + ")";
  places += " the 95 % interval of a place leaves out zero, each place by itself; ";
  places += std::isnan(intervals.band_factor)
                ? "a band for all places at once would need more " + units + "."
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

}  // namespace csm
