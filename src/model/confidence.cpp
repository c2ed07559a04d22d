#include "csm/model/confidence.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "csm/core/error.h"

namespace csm {

double class_confidence(std::span<const float> logits, int target, Confidence kind) {
  CSM_EXPECT(target >= 0 && static_cast<std::size_t>(target) < logits.size());
  const double logit = logits[static_cast<std::size_t>(target)];
  if (kind == Confidence::logit) return logit;
  CSM_EXPECT(kind == Confidence::probability);
  double sum = 0;
  for (const float other : logits) sum += std::exp(static_cast<double>(other) - logit);
  return 1 / sum;
}

double cosine_similarity(std::span<const float> a, std::span<const float> b) {
  CSM_EXPECT(a.size() == b.size());
  double dot = 0;
  double norm_a = 0;
  double norm_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    dot += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    norm_a += static_cast<double>(a[i]) * static_cast<double>(a[i]);
    norm_b += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return norm_a > 0 && norm_b > 0 ? dot / std::sqrt(norm_a * norm_b) : 0;
}

double verification_confidence(double cosine, double threshold, bool same_person) {
  return same_person ? cosine - threshold : threshold - cosine;
}

int argmax(std::span<const float> values) {
  CSM_EXPECT(!values.empty());
  return static_cast<int>(std::max_element(values.begin(), values.end()) - values.begin());
}

double best_threshold(std::span<const ScoredPair> pairs) {
  if (pairs.empty()) return 0;
  std::vector<ScoredPair> sorted(pairs.begin(), pairs.end());
  std::sort(sorted.begin(), sorted.end(), [](const ScoredPair& a, const ScoredPair& b) { return a.cosine < b.cosine; });
  // Below every score all pairs count as "same"; passing a score turns its pair into "different".
  std::ptrdiff_t n_right =
      std::count_if(sorted.begin(), sorted.end(), [](const ScoredPair& pair) { return pair.same_person; });
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
