#pragma once
#include <cstddef>
#include <vector>

#include "csm/core/grid.h"
#include "csm/model/contract.h"

namespace at {
class Tensor;
}

namespace csm {

/// How the scores of an image belong together. exclusive: one class excludes the others, their
/// probabilities are the softmax of the scores. independent: each score is the log odds of its
/// class against its own complement, its probability is the sigmoid of the score.
enum class ClassRelation { exclusive, independent };

/// independent for one output of kind binary_logit, sigmoids or sigmoid_logits, or a probability of
/// size 1; exclusive for all others, and for heads.
ClassRelation class_relation(const ModelContract& contract);

/// The numbers that the confidence is made of as a tensor (B x n_scores) on the CPU, float32 or
/// float64; it can be differentiated by the outputs. @pre outputs are those of Network::forward, in
/// the order of the contract
at::Tensor score_tensor(const std::vector<at::Tensor>& outputs, const ModelContract& contract);

/// Indices of the outputs that the scores are made of.
std::vector<std::size_t> used_outputs(const ModelContract& contract);

/// Returns the numbers that the confidence is made of, one row per image, on the CPU.
/// classifier (B x n_classes): `logit` outputs as they are; `probability` outputs as their
/// logarithm; one number for two classes (`binary_logit` z, or `probability` p with z = ln p - ln(1
/// - p)) as
/// (-z, z); `sigmoids` as their log odds, `sigmoid_logits` as they are; `heads` as
/// docs/model_contract.md defines. class_relation decides how to read them.
/// embedding: the embedding (B x size), not normalised; pair: the similarity (B x 1).
/// @pre outputs are those of Network::forward, in the order of the contract
Grid<float> class_scores(const std::vector<at::Tensor>& outputs, const ModelContract& contract);

/// The number of columns of class_scores.
int n_scores(const ModelContract& contract);

}  // namespace csm
