#pragma once
#include <vector>

#include "csm/core/grid.h"
#include "csm/model/contract.h"

namespace at {
class Tensor;
}

namespace csm {

/// Returns the numbers that the confidence is made of, one row per image, on the CPU.
/// classifier: the logits of the classes (B x n_classes): `logit` outputs as they are, `probability` outputs as their
/// logarithm, `binary_logit` z as (0, z), `heads` as docs/model_contract.md says. embedding: the embedding (B x size),
/// not normalised.
/// @pre outputs are those of Network::forward, in the order of the contract
Grid<float> class_scores(const std::vector<at::Tensor>& outputs, const ModelContract& contract);

/// The number of columns of class_scores.
int n_scores(const ModelContract& contract);

}  // namespace csm
