#include "csm/explain/explainer.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "cam_layer.h"
#include "csm/core/error.h"
#include "csm/explain/explain_options.h"
#include "csm/model/device_error.h"
#include "explained_image.h"
#include "method_context.h"
#include "saliency_method.h"

namespace csm {

struct Explainer::State {
  const SaliencyMethod& method;
  MethodContext context;
};

Explainer::Explainer(const Network& network, OcclusionEngine& engine, const ExplainOptions& options,
                     const OcclusionOptions& occlusion, int forward_batch) {
  const SaliencyMethod& method = find_saliency_method(options.method);
  CSM_EXPECT(method.map != nullptr && forward_batch >= 1);
  const c10::InferenceMode with_gradients(false);
  state_ = with_device_errors(network.device(), [&] {
    return std::unique_ptr<State>(new State{
        .method = method,
        .context =
            make_method_context(method, network, engine, options, occlusion, forward_batch)});
  });
}

Explainer::~Explainer() = default;
Explainer::Explainer(Explainer&&) noexcept = default;
Explainer& Explainer::operator=(Explainer&&) noexcept = default;

Explanation Explainer::explain(const RgbImage& image, std::span<const Point2> face,
                               const TargetScore& target, std::uint64_t seed) {
  const InputContract& input = state_->context.input();
  CSM_EXPECT(image.height == input.height && image.width == input.width);
  const c10::InferenceMode with_gradients(false);
  ExplainedImage explained(state_->context, image, face, target, seed);
  Grid<float> map = with_device_errors(state_->context.network.device(),
                                       [&] { return state_->method.map(explained); });
  if (!std::all_of(map.values().begin(), map.values().end(),
                   [](float value) { return std::isfinite(value); }))
    throw ImageError("map is not finite", "the method gives NaN or infinity for this image");
  return {.map = std::move(map), .cost = explained.cost()};
}

const MethodFacts& Explainer::facts() const { return state_->method.facts; }

PassesPerImage Explainer::passes() const {
  return state_->method.passes == nullptr ? PassesPerImage{}
                                          : state_->method.passes(state_->context);
}

int Explainer::batch_size() const {
  const MethodContext& context = state_->context;
  if (facts().needs.patches) return context.engine.exact().batch_size();
  const PassesPerImage each = passes();
  const int largest = each.backwards > 0 ? context.gradient_batch : context.forward_batch;
  const std::int64_t n_passes = std::max(each.forwards, each.backwards);
  return n_passes < largest ? static_cast<int>(n_passes) : largest;
}

std::string Explainer::cam_layer() const {
  return facts().needs.layer ? describe_map(state_->context.layer()) : std::string();
}

}  // namespace csm
