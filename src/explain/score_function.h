#pragma once
#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

#include "csm/explain/target_score.h"

namespace csm {

struct MethodContext;

/// The score of each image of a batch: (B x 3 x H x W) to (B), float64, on the CPU.
using ScoreFunction = std::function<at::Tensor(const at::Tensor&)>;

/// The score of a network's outputs: (B), float64, on the CPU.
using OutputScore = std::function<at::Tensor(const std::vector<at::Tensor>&)>;

/// The embedding of each image of a batch: (B x 3 x H x W) to (B x D), float64, on the CPU.
using EmbeddingFunction = std::function<at::Tensor(const at::Tensor&)>;

/// What rectifiers do with gradients.
enum class Rectifiers : unsigned char {
  as_they_are,
  guided  ///< they pass on positive gradients only, guided backpropagation (Springenberg et al.
          ///< 2015, sec. 3.4)
};

/// The score of outputs. @pre context and target live longer than the function
OutputScore output_score(const MethodContext& context, const TargetScore& target);

/// The score of each image by the network as a black box, without gradients: a forward each.
at::Tensor forward_score(const MethodContext& context, const TargetScore& target,
                         const at::Tensor& batch);

/// The score of each image, for gradients by the input: a forward and a backward pass each.
/// @pre for guided rectifiers the network is read as layers
at::Tensor gradient_score(const MethodContext& context, const TargetScore& target,
                          Rectifiers rectifiers, const at::Tensor& batch);

/// The embedding of each image, for gradients by the input: a forward each.
at::Tensor gradient_embedding(const MethodContext& context, const at::Tensor& batch);

}  // namespace csm
