#include "score_function.h"

#include <ATen/ATen.h>

#include "csm/core/error.h"
#include "csm/model/class_scores.h"
#include "method_context.h"

namespace csm {

OutputScore output_score(const MethodContext& context, const TargetScore& target) {
  return [&context, &target](const std::vector<at::Tensor>& outputs) {
    return target_score(outputs, context.network.contract(), target);
  };
}

at::Tensor forward_score(const MethodContext& context, const TargetScore& target,
                         const at::Tensor& batch) {
  // Channels-last is the faster layout of the convolutions.
  const at::Tensor laid_out = batch.contiguous(at::MemoryFormat::ChannelsLast);
  at::Tensor scores =
      target_score(context.network.forward(laid_out), context.network.contract(), target);
  if (!context.network.capabilities().may_lose_face && !at::isfinite(scores).all().item<bool>())
    throw ImageError("model gives NaN", "a score of the network is not finite");
  return scores;
}

namespace {

/// The network's outputs, recorded for a backward pass.
std::vector<at::Tensor> recorded_outputs(const MethodContext& context, Rectifiers rectifiers,
                                         const at::Tensor& batch) {
  return context.program ? context.program->outputs(batch, rectifiers)
                         : context.network.forward_recorded(batch);
}

}  // namespace

at::Tensor gradient_score(const MethodContext& context, const TargetScore& target,
                          Rectifiers rectifiers, const at::Tensor& batch) {
  CSM_EXPECT(context.program || rectifiers == Rectifiers::as_they_are);
  return target_score(recorded_outputs(context, rectifiers, batch), context.network.contract(),
                      target);
}

at::Tensor gradient_embedding(const MethodContext& context, const at::Tensor& batch) {
  return score_tensor(recorded_outputs(context, Rectifiers::as_they_are, batch),
                      context.network.contract())
      .to(at::kDouble);
}

}  // namespace csm
