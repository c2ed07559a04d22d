#include "csm/measure/references.h"

#include <algorithm>
#include <set>

#include "csm/core/error.h"
#include "csm/core/hash.h"
#include "csm/model/confidence.h"

namespace csm {

std::string hash_pixels(const RgbImage& image) {
  Sha256 hash;
  hash.add(std::to_string(image.height) + " x " + std::to_string(image.width) + "\n");
  hash.add({reinterpret_cast<const char*>(image.values.data()), image.values.size()});
  return hash.hexadecimal();
}

void check_two_images(const RgbImage& first, const RgbImage& second) {
  if (first.width == second.width && first.height == second.height && first.values == second.values)
    throw ImageError("a pair of one image", "both files hold the very same pixels");
}

std::optional<std::size_t> nearest_in_gallery(const Gallery& gallery, std::span<const float> clean,
                                              const std::string& label,
                                              const std::string& own_hash) {
  std::optional<std::size_t> best;
  double best_cosine = 0;
  for (std::size_t i = 0; i < gallery.labels.size(); ++i) {
    if (gallery.labels[i] != label || gallery.pixel_hashes[i] == own_hash) continue;
    const double cosine = cosine_similarity(clean, gallery.embeddings.row(i));
    if (!best || cosine > best_cosine) {
      best = i;
      best_cosine = cosine;
    }
  }
  return best;
}

namespace {

constexpr const char* training_fold = "train";

/// The pairs that the threshold of a fold is learned from.
std::vector<ScoredPair> training_pairs(const std::vector<FoldPair>& pairs, const std::string& fold,
                                       bool has_training_part) {
  std::vector<ScoredPair> training;
  for (const FoldPair& pair : pairs) {
    const bool trains = has_training_part ? pair.fold == training_fold : pair.fold != fold;
    if (trains) training.push_back({.cosine = pair.cosine, .same_person = pair.same_person});
  }
  return training;
}

/// A threshold of pairs of one kind would lie beyond all of them, and of none anywhere.
void require_both_kinds(const std::vector<ScoredPair>& training, const std::string& fold) {
  const auto n_same = std::count_if(training.begin(), training.end(),
                                    [](const ScoredPair& pair) { return pair.same_person; });
  const auto n_different = static_cast<std::ptrdiff_t>(training.size()) - n_same;
  if (n_same > 0 && n_different > 0) return;
  throw InputError(
      {"fold '" + fold + "' has no threshold: the pairs that it is learned from are " +
           std::to_string(n_same) + " of one person and " + std::to_string(n_different) + " of two",
       "the threshold of Eq. (8) parts the two kinds",
       "Take more pairs (--limit), or spread both kinds over the folds (column fold of --pairs)."});
}

}  // namespace

Thresholds find_thresholds(const std::vector<FoldPair>& pairs) {
  std::set<std::string> folds;
  for (const FoldPair& pair : pairs) folds.insert(pair.fold);
  const bool has_training_part = folds.erase(training_fold) > 0;
  Thresholds thresholds;
  for (const std::string& fold : folds) {
    const std::vector<ScoredPair> training = training_pairs(pairs, fold, has_training_part);
    require_both_kinds(training, fold);
    thresholds.of_fold[fold] = best_threshold(training);
    thresholds.n_training_pairs = std::ssize(training);
  }
  std::int64_t n_tested = 0;
  std::int64_t n_right = 0;
  for (const FoldPair& pair : pairs) {
    const auto threshold = thresholds.of_fold.find(pair.fold);
    if (threshold == thresholds.of_fold.end()) continue;
    ++n_tested;
    n_right += (pair.cosine > threshold->second) == pair.same_person ? 1 : 0;
  }
  thresholds.accuracy =
      n_tested > 0 ? static_cast<double>(n_right) / static_cast<double>(n_tested) : 0;
  return thresholds;
}

}  // namespace csm
