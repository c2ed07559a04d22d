#include "csm/model/confidence.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/sizes.h"

namespace csm {

namespace {

/// logsumexp of all scores but the target's.
double logsumexp_of_others(std::span<const float> scores, int target) {
  double largest = -std::numeric_limits<double>::infinity();
  for (int i = 0; i < int_size(scores); ++i) {
    if (i != target) largest = std::max(largest, double{scores[i]});
  }
  double sum = 0;
  for (int i = 0; i < int_size(scores); ++i) {
    if (i != target) sum += std::exp(scores[i] - largest);
  }
  return largest + std::log(sum);
}

}  // namespace

bool is_class_confidence(Confidence kind) {
  return kind == Confidence::log_odds || kind == Confidence::probability ||
         kind == Confidence::logit;
}

bool is_pair_confidence(Confidence kind) {
  return kind == Confidence::verification || kind == Confidence::similarity;
}

double class_confidence(std::span<const float> scores, int target, Confidence kind,
                        ClassRelation relation) {
  CSM_EXPECT(target >= 0 && target < int_size(scores));
  CSM_EXPECT(is_class_confidence(kind));
  const double score = scores[target];
  if (kind == Confidence::logit) return score;
  CSM_EXPECT(relation == ClassRelation::independent || scores.size() > 1);
  const double log_odds =
      relation == ClassRelation::independent ? score : score - logsumexp_of_others(scores, target);
  return kind == Confidence::log_odds ? log_odds : 1 / (1 + std::exp(-log_odds));
}

bool is_saturated(std::span<const float> scores, int target, Confidence kind,
                  const ModelContract& contract) {
  const ClassRelation relation = class_relation(contract);
  if (kind == Confidence::probability) {
    const double log_odds_of_999 = std::log(999.0);
    return std::abs(class_confidence(scores, target, Confidence::log_odds, relation)) >
           log_odds_of_999;
  }
  const std::vector<std::size_t> used = used_outputs(contract);
  if (!contract.heads.empty()) return false;
  const OutputContract& output = contract.outputs[used[0]];
  const float lowest = std::log(1e-30F) + 1e-3F;  // what class_scores makes of a probability of 0
  if (output.kind == OutputKind::sigmoids ||
      (output.kind == OutputKind::probability && output.size == 1)) {
    const float log_odds_of_output = scores[output.kind == OutputKind::sigmoids ? target : 1];
    return log_odds_of_output > std::log(0x1p20F) || log_odds_of_output < lowest;
  }
  if (output.kind != OutputKind::probability) return false;
  bool are_others_zero = true;
  for (int i = 0; i < int_size(scores); ++i) are_others_zero &= i == target || scores[i] < lowest;
  return scores[target] < lowest || are_others_zero;
}

double cosine_similarity(std::span<const float> a, std::span<const float> b) {
  CSM_EXPECT(a.size() == b.size());
  double dot = 0;
  double norm_a = 0;
  double norm_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    dot += double{a[i]} * b[i];
    norm_a += double{a[i]} * a[i];
    norm_b += double{b[i]} * b[i];
  }
  return norm_a > 0 && norm_b > 0 ? dot / std::sqrt(norm_a * norm_b) : 0;  // Eq. (7)
}

double verification_confidence(double cosine, double threshold, bool same_person) {
  return same_person ? cosine - threshold : threshold - cosine;  // Eq. (8)
}

int argmax(std::span<const float> values) {
  CSM_EXPECT(!values.empty());
  return static_cast<int>(std::max_element(values.begin(), values.end()) - values.begin());
}

double best_threshold(std::span<const ScoredPair> pairs) {
  if (pairs.empty()) return 0;
  std::vector<ScoredPair> sorted(pairs.begin(), pairs.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const ScoredPair& a, const ScoredPair& b) { return a.cosine < b.cosine; });
  // Below every score all pairs count as "same"; passing a score turns its pair into "different".
  std::ptrdiff_t n_right = std::count_if(sorted.begin(), sorted.end(),
                                         [](const ScoredPair& pair) { return pair.same_person; });
  std::ptrdiff_t best = n_right;
  double threshold = sorted.front().cosine - 1e-3;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    n_right += sorted[i].same_person ? -1 : 1;
    const bool is_last = i + 1 == sorted.size();
    if (!is_last && sorted[i + 1].cosine == sorted[i].cosine) continue;
    if (n_right > best) {
      best = n_right;
      threshold = is_last ? sorted[i].cosine : (sorted[i].cosine + sorted[i + 1].cosine) / 2;
    }
  }
  return threshold;
}

}  // namespace csm
