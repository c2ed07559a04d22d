#include "score_function.h"

#include <ATen/ATen.h>

#include "csm/core/error.h"
#include "method_context.h"

namespace csm {

OutputScore output_score(const MethodContext& context, const TargetScore& target) {
  return [&context, &target](const std::vector<at::Tensor>& outputs) {
    return target_score(outputs, context.network.contract(), target);
  };
}

ScoreFunction forward_score(const MethodContext& context, const TargetScore& target,
                            PassesPerImage& cost) {
  return [&context, &target, &cost](const at::Tensor& batch) {
    cost.forwards += batch.size(0);
    // Channels-last is the faster layout of the convolutions.
    const at::Tensor laid_out = batch.contiguous(at::MemoryFormat::ChannelsLast);
    return target_score(context.network.forward(laid_out), context.network.contract(), target);
  };
}

ScoreFunction gradient_score(const MethodContext& context, const TargetScore& target,
                             Rectifiers rectifiers, PassesPerImage& cost) {
  CSM_EXPECT(context.program || rectifiers == Rectifiers::as_they_are);
  return [&context, &target, rectifiers, &cost](const at::Tensor& batch) {
    cost.forwards += batch.size(0);
    cost.backwards += batch.size(0);
    const auto outputs = context.program ? context.program->outputs(batch, rectifiers)
                                         : context.network.forward_recorded(batch);
    return target_score(outputs, context.network.contract(), target);
  };
}

}  // namespace csm
