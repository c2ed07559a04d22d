#include "csm/measure/map_cautions.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/text.h"

namespace csm {
namespace {

/// A map with values as many times those of half of the maps outweighs all of them. Drops of
/// saturated probabilities span a factor of thousands.
constexpr float dominating = 1e4F;
constexpr std::size_t fewest_to_dominate = 5;

std::string count_maps(std::int64_t n, std::int64_t all) {
  return std::to_string(n) + " of " + std::to_string(all) + (all == 1 ? " image" : " images");
}

}  // namespace

void leave_out_empty_maps(std::vector<TestedImage>& images, std::span<const float> largest) {
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (std::isnan(largest[i])) images[i].group.clear();
  }
}

std::vector<std::string> describe_maps(std::span<const TestedImage> images,
                                       std::span<const float> largest) {
  std::vector<std::string> remarks;
  std::int64_t n_empty = 0, n_chosen = 0;
  std::vector<float> known;
  std::size_t first = images.size();
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (images[i].group.empty()) continue;
    n_chosen += 1;
    if (std::isnan(largest[i])) {
      n_empty += 1;
      continue;
    }
    known.push_back(largest[i]);
    if (first == images.size() || largest[i] > largest[first]) first = i;
  }
  if (n_empty > 0)
    remarks.push_back("The maps of " + count_maps(n_empty, n_chosen) +
                      " have no value at any place: they do not count.");
  if (known.size() < fewest_to_dominate) return remarks;

  const auto middle = known.begin() + std::ssize(known) / 2;
  std::nth_element(known.begin(), middle, known.end());
  if (*middle > 0 && largest[first] > dominating * *middle)
    remarks.push_back("The map of '" + images[first].row->id + "' has values " +
                      format_number(double{largest[first]} / double{*middle}) +
                      " times those of a typical map: where it has them, it outweighs all others. "
                      "Look at the image, and leave it out unless the model means it.");
  return remarks;
}

void require_drops(std::span<const TestedImage> images, std::span<const float> largest,
                   const std::string& confidence) {
  float most = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (!images[i].group.empty()) most = std::fmax(most, largest[i]);
  }
  if (most > 0) return;
  const std::string advice =
      "Look at the warnings of the run that made them; choose other images, or make it again.";
  if (std::isnan(most))
    throw InputError({"the maps of the chosen images have no value at any place",
                      "nothing is known of what occluding the face does", advice});
  throw InputError({"the maps of the chosen images are all zero",
                    "whatever was occluded, the " + confidence + " did not change", advice});
}

std::string describe_zero_groups(std::span<const TestedImage> images,
                                 std::span<const float> largest, const std::string& confidence) {
  std::map<std::string, float> largest_of_group;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (images[i].group.empty() || std::isnan(largest[i])) continue;
    float& most = largest_of_group[images[i].group];
    most = std::max(most, largest[i]);
  }
  std::vector<std::string> zero;
  for (const auto& [group, most] : largest_of_group) {
    if (most == 0) zero.push_back("'" + group + "'");
  }
  if (zero.empty() || zero.size() == largest_of_group.size()) return "";
  return "All maps of " + join(zero) + " are zero: occluding these faces changes nothing of the " +
         confidence +
         ". A difference from them is one of the model's outputs, not of where it looks: check "
         "what "
         "kind of outputs the model has.";
}

}  // namespace csm
