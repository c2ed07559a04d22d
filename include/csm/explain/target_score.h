#pragma once
#include <span>
#include <vector>

#include "csm/model/class_scores.h"
#include "csm/model/confidence_kind.h"
#include "csm/model/contract.h"

namespace at {
class Tensor;
}

namespace csm {

/// What the score of an image is: conf(I) of the README's method, with all that it needs besides
/// the image.
struct TargetScore {
  Confidence confidence = Confidence::log_odds;
  int target = 0;  ///< class, for log_odds, probability and logit
  ClassRelation relation =
      ClassRelation::exclusive;  ///< of the classes: class_relation of the contract
  std::vector<float> reference =
      {};                    ///< embedding that is compared with, for cosine and verification
  double threshold = 0;      ///< tau, for verification and similarity
  bool same_person = false;  ///< y = 1, likewise
};

/// conf of a row of class_scores in one kind. Eqs. (1), (7) and (8)
double confidence_of(std::span<const float> scores, const TargetScore& target, Confidence kind);

/// Returns the score of each image (B), float64, on the CPU: its confidence_of in the target's
/// kind, as a tensor that can be differentiated by the outputs.
/// @pre outputs are those of Network::forward, in the order of the contract
/// @pre target is a class of the contract; reference has the size of the embedding
at::Tensor target_score(const std::vector<at::Tensor>& outputs, const ModelContract& contract,
                        const TargetScore& target);

}  // namespace csm
