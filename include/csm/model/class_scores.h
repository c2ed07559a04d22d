#pragma once
#include <cstddef>
#include <vector>

#include "csm/core/grid.h"
#include "csm/model/contract.h"

namespace at {
class Tensor;
}

namespace csm {

/// The numbers that the confidence is made of as a tensor (B x n_scores) on the CPU, float32 or float64; it can be
/// differentiated by the outputs. @pre outputs are those of Network::forward, in the order of the contract
at::Tensor score_tensor(const std::vector<at::Tensor>& outputs, const ModelContract& contract);

/// Indices of the outputs that the scores are made of.
std::vector<std::size_t> used_outputs(const ModelContract& contract);

/// Returns the numbers that the confidence is made of, one row per image, on the CPU.
/// classifier: the logits of the classes (B x n_classes): `logit` outputs as they are, `probability` outputs as their
/// logarithm, `binary_logit` z as (0, z), `heads` as docs/model_contract.md says. embedding: the embedding (B x size),
/// not normalised.
/// @pre outputs are those of Network::forward, in the order of the contract
Grid<float> class_scores(const std::vector<at::Tensor>& outputs, const ModelContract& contract);

/// The number of columns of class_scores.
int n_scores(const ModelContract& contract);

}  // namespace csm
