#include "csm/report/summary.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "classification_sentences.h"
#include "csm/inference/inference_options.h"
#include "faithfulness_sentence.h"
#include "readable_text.h"
#include "requests_sentence.h"

namespace csm {
namespace {

/// Columns of a terminal that the text takes: UTF-8 continuation bytes take none.
std::size_t n_columns(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
  }));
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t used = n_columns(text);
  return text + std::string(width > used ? width - used : 0, ' ');
}

/// Whether some persons have several images, so that means and errors count persons.
bool counts_persons(const Result& result) {
  const auto& intervals = result.inference.intervals;
  return intervals && intervals->exchange_by != exchange_images &&
         intervals->n_persons < result.n_images;
}

/// The regions with a known mean, strongest first; what lies in no region is left out. Means and
/// errors are over persons if some have several images.
std::vector<RegionSummary> strongest_regions(const Result& result) {
  std::vector<RegionSummary> regions;
  for (RegionSummary region : result.regions) {
    if (counts_persons(result)) {
      for (const RegionInterval& of_persons : result.inference.intervals->regions) {
        if (of_persons.name != region.name) continue;
        region.mean = of_persons.mean;
        region.standard_error = of_persons.standard_error;
      }
    }
    if (region.name != "none" && std::isfinite(region.mean)) regions.push_back(region);
  }
  std::stable_sort(regions.begin(), regions.end(),
                   [](const auto& a, const auto& b) { return a.mean > b.mean; });
  return regions;
}

/// "7.2 %" of 0.0719, so that the numbers of a column can be compared by eye.
std::string percent_with_one_decimal(double share) {
  if (!std::isfinite(share)) return "unknown";
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f %%", 100 * share);
  return text;
}

/// What the values of a map are, "drop of the probability", with the unit if it has one.
std::string value_with_unit(const Result& result) {
  const bool has_unit = !result.words.unit.empty() && result.words.unit != "1" &&
                        result.words.unit != result.confidence_name;
  return result.words.value + (has_unit ? " [" + result.words.unit + "]" : "");
}

}  // namespace

std::string summary_table(const Result& result) {
  std::string text = result.title + "\n" + std::to_string(result.n_images) +
                     " images in the map, " + std::to_string(result.n_failed) + " left out\n";
  for (const auto& [reason, number] : result.failures)
    text += "  " + std::to_string(number) + " x " + reason + "\n";
  for (const std::string& remark : result.remarks) text += "note: " + remark + "\n";
  const std::string requests = requests_sentence(result.requests);
  if (!requests.empty()) text += requests + "\n";
  if (!result.classification.empty())
    text += accuracy_sentence(result.classification) + "\n" +
            predicted_sentence(result.classification) + "\n";
  const std::vector<RegionSummary> regions = strongest_regions(result);
  if (!regions.empty()) {
    if (counts_persons(result))
      text += "\nregions over " + std::to_string(result.inference.intervals->n_persons) +
              " persons, each with all images of theirs";
    text += "\n" + padded("region (subject's own side)", 30) +
            padded("mean " + value_with_unit(result), 34) + "share\n";
  }
  for (const RegionSummary& region : regions) {
    text += padded(readable_name(region.name), 30) +
            padded(number_with_error(region.mean, region.standard_error), 34) +
            percent_with_one_decimal(region.share) + "\n";
  }
  if (!result.faithfulness.empty())
    text += "\n" + best_map_sentence(result.faithfulness, result.faithfulness.confidences.front()) +
            "\n";
  const std::vector<double>& halves = result.convergence.pearson_of_halves;
  if (!halves.empty())
    text += "\nagreement of two random halves: r = " + readable_number(halves.back()) + "\n";
  return text;
}

}  // namespace csm
