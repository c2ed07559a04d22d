#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

#include "csm/core/magnitude.h"
#include "csm/core/text.h"
#include "describe_result.h"

namespace csm {
namespace {

constexpr double least_agreement = 0.3;   // of two halves; below it most of the map is noise
constexpr double least_part = 1e-6;       // of the largest map; below it a map is rounding errors
constexpr double large_share_lost = 0.1;  // of the occluded copies; there a map is of what is left
constexpr std::int64_t few_images = 10;   // below it "all" means little

std::string share_of(std::int64_t n, std::int64_t all) {
  return std::to_string(n) + " of " + std::to_string(all);
}

/// Maps that are zero: occluding the face never changes the answer.
void add_zero_maps(const Result& result, std::vector<std::string>& warnings) {
  const double largest = largest_magnitude(result.cms.mean.values());
  if (result.n_images > 0 && largest == 0) {
    warnings.push_back(
        "The map is zero everywhere: nothing that was done to the face changed the " +
        result.confidence_name +
        ". Check the model's contract (normalisation, kind of the outputs).");
    return;
  }
  std::vector<std::string> zero_groups;
  for (const GroupMap& group : result.groups) {
    if (largest_magnitude(group.map.mean.values()) <= least_part * largest) {
      zero_groups.push_back("'" + group.name + "' (" + std::to_string(group.map.n_images) +
                            (group.map.n_images == 1 ? " image)" : " images)"));
    }
  }
  if (zero_groups.empty()) return;
  warnings.push_back("The map is zero everywhere for " + join(zero_groups) + ": the " +
                     result.confidence_name +
                     " of these images does not change, whatever is covered. Check the kind of the "
                     "model's outputs, or "
                     "use --confidence log_odds.");
}

/// What may steady the map, of what the run has not done yet.
std::string advice_for_noise(const Result& result) {
  const auto is_option = [&](const std::string& name, const std::string& value) {
    return std::any_of(result.options.begin(), result.options.end(),
                       [&](const RecordedOption& o) { return o.name == name && o.value == value; });
  };
  std::string advice = "Use more images";
  if (is_option("confidence", "probability") || is_option("confidence", "logit"))
    advice += ", or --confidence log_odds";
  if (is_option("mirror", "off"))
    advice += ", or --mirror map where left and right are not the question";
  return advice + ".";
}

/// The two random halves of the images.
void add_disagreement(const Result& result, std::vector<std::string>& warnings) {
  const std::vector<double>& halves = result.convergence.pearson_of_halves;
  if (halves.empty() || !std::isfinite(halves.back()) || halves.back() >= least_agreement) return;
  std::string correlation = std::to_string(std::round(100 * halves.back()) / 100);
  correlation.erase(correlation.find('.') + 3);
  warnings.push_back("This map is mostly noise: the maps of two random halves of its " +
                     std::to_string(result.n_images) + " images agree at r = " + correlation +
                     " only. " + advice_for_noise(result));
}

/// Whether an accuracy is surely below that of always giving the most frequent answer; of images of
/// one class, which that is always right for, below that of guessing.
void add_bad_accuracy(const Classification& counts, std::vector<std::string>& warnings) {
  if (counts.n_all_labelled < few_images) return;
  const auto most = std::max_element(counts.n_labelled.begin(), counts.n_labelled.end());
  const std::string& name = counts.classes[most - counts.n_labelled.begin()];
  const bool is_one_class = *most == counts.n_all_labelled;
  const double always =
      is_one_class ? 1.0 / static_cast<double>(counts.classes.size())
                   : static_cast<double>(*most) / static_cast<double>(counts.n_all_labelled);
  if (counts.accuracy.high >= always) return;
  std::string warning = "The network is right for " +
                        share_of(counts.n_right, counts.n_all_labelled) + " images with a label, ";
  warning += is_one_class ? "all of '" + name + "', which guessing would do better. "
                          : "and always saying '" + name + "' would be right for " +
                                std::to_string(*most) + ". ";
  warning += counts.classes.size() == 2 && counts.accuracy.high < 0.5
                 ? "Are the two classes of its contract in the right order?"
                 : "Are labels, classes, normalisation and crop those of its training?";
  warnings.push_back(std::move(warning));
}

void add_one_answer(const Classification& counts, std::vector<std::string>& warnings) {
  const std::int64_t n =
      std::accumulate(counts.n_predicted.begin(), counts.n_predicted.end(), std::int64_t{0});
  const auto most = std::max_element(counts.n_predicted.begin(), counts.n_predicted.end());
  if (counts.classes.size() < 2 || n < few_images || *most != n) return;
  const auto index = static_cast<std::size_t>(most - counts.n_predicted.begin());
  const std::int64_t n_others = counts.n_all_labelled - counts.n_labelled[index];
  if (counts.n_all_labelled > 0 && n_others == 0) return;  // as their labels say
  warnings.push_back(
      "The network takes all " + std::to_string(n) + " images for '" + counts.classes[index] + "'" +
      (n_others > 0 ? ", though " + std::to_string(n_others) + " have another label" : "") +
      ". Check normalisation, colour order and crop of its contract.");
}

void add_saturation(const Result& result, std::vector<std::string>& warnings) {
  const Classification& counts = result.classification;
  if (counts.n_saturated == 0 || 2 * counts.n_saturated < counts.n_images) return;
  const bool is_probability = result.confidence_kind == "probability";
  warnings.push_back(
      "The " + result.confidence_name + " is saturated for " +
      share_of(counts.n_saturated, counts.n_images) + " images: " +
      (is_probability
           // terms: allow, of result files
           ? "it is within 0.001 of 0 or 1, where covering the face hardly shows. Use "
             "--confidence log_odds."
           : "the model's probabilities were rounded to 0 or 1. Export the model with its "
             "logits."));
}

/// What the model's own noise leaves of the map. A drop is the difference of two answers.
void add_noise(const Result& result, std::vector<std::string>& warnings) {
  double squares = 0;
  std::int64_t n = 0;
  for (const ImageRow& row : result.images) {
    if (row.status != "ok" || !std::isfinite(row.noise)) continue;
    squares += 2 * row.noise * row.noise;
    ++n;
  }
  if (n == 0 || squares == 0) return;
  const double of_map = std::sqrt(squares) / static_cast<double>(n);
  if (largest_magnitude(result.cms.mean.values()) > 2 * of_map) return;
  warnings.push_back(
      "The map is below the model's noise: its largest value is less than twice what two answers "
      "to the same image differ by, over " +
      std::to_string(n) + " images. It shows nothing. Use more images.");
}

/// A model that loses the face under the patches: what is left of its answers is a choice.
void add_lost_faces(const Result& result, std::vector<std::string>& warnings) {
  if (!result.face_lost) return;
  std::int64_t n_lost = 0;
  std::int64_t n_patches = 0;
  for (const ImageRow& row : result.images) {
    if (row.status != "ok") continue;
    n_lost += row.n_lost;
    n_patches += row.n_patches;
  }
  const double largest = largest_magnitude(result.face_lost->mean.values());
  const double share =
      n_patches > 0 ? static_cast<double>(n_lost) / static_cast<double>(n_patches) : 0;
  if (share < large_share_lost && largest < 0.5) return;
  warnings.push_back("The model found no face in " + format_percent(share) +
                     " of the occluded copies, at one place in " + format_percent(largest) +
                     ". These values are missing, not drops: there the map is of the images "
                     "whose face was still found, and /entry/face_lost shows where that is. Switch "
                     "the model's own face detector off if it can be, or use a smaller "
                     "--patch-size.");
}

void add_missing(const Result& result, std::vector<std::string>& warnings) {
  const auto n_all = std::ssize(result.images);
  if (2 * result.n_failed > n_all)
    warnings.push_back(
        "More than half of the images are missing: " + share_of(result.n_failed, n_all) +
        // terms: allow, of result files
        " could not be used, so the map stands for those that could.");
  std::int64_t n_seen = 0;
  std::int64_t n_rare = 0;
  for (const std::int64_t count : result.cms.count.values()) {
    if (count == 0) continue;
    ++n_seen;
    if (2 * count < result.cms.n_images) ++n_rare;
  }
  if (2 * n_rare > n_seen)
    warnings.push_back(
        "More than half of the values are missing: most places of the map were measured in fewer "
        "than "
        "half of the images. Is the whole face inside the crop?");
}

}  // namespace

std::vector<std::string> result_warnings(const Result& result) {
  std::vector<std::string> warnings;
  add_zero_maps(result, warnings);
  if (!result.classification.empty()) {
    add_bad_accuracy(result.classification, warnings);
    add_one_answer(result.classification, warnings);
    add_saturation(result, warnings);
  }
  add_noise(result, warnings);
  add_lost_faces(result, warnings);
  add_missing(result, warnings);
  add_disagreement(result, warnings);
  return warnings;
}

}  // namespace csm
