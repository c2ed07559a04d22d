#include "csm/explain/target_score.h"

#include <ATen/ATen.h>

#include <limits>

#include "csm/core/error.h"
#include "csm/model/class_scores.h"
#include "csm/model/confidence.h"

namespace csm {
namespace {

/// (B) cosines of embeddings (B x size) with the reference; 0 where one of them is the null vector.
at::Tensor cosines(const at::Tensor& embeddings, const std::vector<float>& reference) {
  CSM_EXPECT(embeddings.size(1) == std::ssize(reference));
  const at::Tensor other = at::tensor(reference, at::kFloat).to(at::kDouble);
  const at::Tensor squares = embeddings.square().sum(1) * other.square().sum();
  // The root of the smallest number instead of 0: the dot product is 0 there, and its gradient
  // stays finite.
  return at::mv(embeddings, other) / squares.clamp_min(std::numeric_limits<double>::min()).sqrt();
}

/// (B) log odds of a class, of scores (B x n_classes).
at::Tensor log_odds(const at::Tensor& scores, int target, ClassRelation relation) {
  at::Tensor own = scores.select(1, target);
  if (relation == ClassRelation::independent) return own;
  const at::Tensor others = at::cat({scores.slice(1, 0, target), scores.slice(1, target + 1)}, 1);
  return own - at::logsumexp(others, 1);
}

}  // namespace

double confidence_of(std::span<const float> scores, const TargetScore& target, Confidence kind) {
  switch (kind) {
    case Confidence::log_odds:
    case Confidence::probability:
    case Confidence::logit:
      return class_confidence(scores, target.target, kind, target.relation);
    case Confidence::cosine:
      return cosine_similarity(scores, target.reference);  // Eq. (7)
    case Confidence::verification:
      return verification_confidence(cosine_similarity(scores, target.reference), target.threshold,
                                     target.same_person);  // Eq. (8)
    case Confidence::similarity:
      return verification_confidence(double{scores[0]}, target.threshold, target.same_person);
  }
  fail_contract("unknown confidence", __FILE__, __LINE__);
}

at::Tensor target_score(const std::vector<at::Tensor>& outputs, const ModelContract& contract,
                        const TargetScore& target) {
  const at::Tensor scores = score_tensor(outputs, contract).to(at::kDouble);
  switch (target.confidence) {
    case Confidence::log_odds:
      return log_odds(scores, target.target, class_relation(contract));
    case Confidence::probability:
      return at::sigmoid(log_odds(scores, target.target, class_relation(contract)));
    case Confidence::logit:
      return scores.select(1, target.target);
    case Confidence::cosine:
      return cosines(scores, target.reference);  // Eq. (7)
    case Confidence::verification:               // Eq. (8)
      return (cosines(scores, target.reference) - target.threshold) * (target.same_person ? 1 : -1);
    case Confidence::similarity:  // Eq. (8)
      return (scores.select(1, 0) - target.threshold) * (target.same_person ? 1 : -1);
  }
  fail_contract("unknown confidence", __FILE__, __LINE__);
}

}  // namespace csm
