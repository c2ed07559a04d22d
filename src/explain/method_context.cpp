#include "method_context.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

#include "cam_layer.h"
#include "csm/core/error.h"
#include "csm/model/class_scores.h"
#include "csm/model/transfer.h"
#include "input_gradient.h"
#include "saliency_method.h"

namespace csm {
namespace {

constexpr int largest_gradient_batch = 16;

std::string problem_of(const MethodFacts& method, const MethodContext& context) {
  return "--method " + method.name + " cannot work on the model '" +
         context.network.path().string() + "'";
}

/// Errors: InputError if the method needs gradients or layers and the model has none.
void require_capabilities(const MethodFacts& method, const MethodContext& context) {
  const ModelCapabilities model = context.network.capabilities();
  const bool lacks_gradients = method.needs.input_gradient && !model.has_gradients;
  const bool lacks_layers = method.needs.layer && !model.has_layers;
  if (!lacks_gradients && !lacks_layers) return;
  throw InputError(
      {problem_of(method, context),
       std::string(lacks_gradients ? "the model gives no gradients" : "its layers are not known") +
           ": it is a black box (" + context.network.backend().kind() + ")",
       "Use --method " + advise_methods([](const MethodNeeds& other) {
         return !other.input_gradient && !other.layer;
       }) + "."});
}

/// Reads the network as layers. Errors: InputError if the method needs what was not understood.
void read_program(const MethodFacts& method, MethodContext& context) {
  const LayerReading reading = read_layers(context.network);
  if (reading.program) context.program.emplace(*reading.program);

  // A method that changes rectifiers needs all layers, one that takes activations those up to its
  // layer.
  const MethodNeeds& needs = method.needs;
  const std::string problem = problem_of(method, context);
  if (!context.program && (needs.guided_rectifiers || needs.layer)) {
    throw InputError({problem, "the network is not understood as layers: " + reading.reason,
                      "Use --method " + advise_methods([](const MethodNeeds& other) {
                        return !other.guided_rectifiers && !other.layer;
                      }) + "."});
  }

  // A tail runs as the model wrote it, with its own rectifiers.
  if (needs.guided_rectifiers && context.program->layers().tail) {
    throw InputError(
        {problem,
         "the activations after the operator '" + context.program->layers().tail->reason +
             "', which is not understood, cannot be made to pass positive gradients only",
         "Use --method " + advise_methods([](const MethodNeeds& other) {
           return other.input_gradient && !other.guided_rectifiers && !other.reference;
         }) + "."});
  }
  if (needs.layer) {
    context.cam_layer =
        find_cam_layer(context.program->layers(), used_outputs(context.network.contract()),
                       context.options.cam_layer);
  }
}

/// Images in a forward and backward pass: a function of the model and the options only.
int choose_gradient_batch(const MethodContext& context) {
  const OcclusionOptions& options = context.occlusion;
  if (options.batch_size) return *options.batch_size;
  if (!context.program) return 1;  // what the network keeps for its backward pass is not known
  const double limit = static_cast<double>(options.memory_limit) * 1e6;
  const double bytes = context.program->bytes_per_image();
  if (bytes > limit) {
    throw InputError({"the gradients of one image need " +
                          std::to_string(static_cast<std::int64_t>(bytes / 1e6) + 1) +
                          " MB in the network, --memory-limit is " +
                          std::to_string(options.memory_limit) + " MB",
                      "not even a batch of one fits", "Raise --memory-limit."});
  }
  int batch_size = largest_gradient_batch;
  while (batch_size > 1 && batch_size * bytes > limit) batch_size /= 2;
  return batch_size;
}

/// Takes the gradients of a grey image. Errors: InputError if the network has none.
void try_gradients(const MethodNeeds& needs, const MethodContext& context) {
  const ModelContract& contract = context.network.contract();
  const TargetScore first{.confidence = contract.role == ModelRole::embedding
                                            ? Confidence::cosine
                                            : Confidence::log_odds,
                          .target = 0,
                          .relation = class_relation(contract),
                          .reference = std::vector<float>(n_scores(contract), 1.0F)};
  const at::Tensor grey =
      to_device(at::full({1, 3, context.input().height, context.input().width}, 0.25F),
                context.network.device());

  if (needs.input_gradient) {
    const auto score = [&](const at::Tensor& batch) {
      return gradient_score(context, first, Rectifiers::as_they_are, batch);
    };
    input_gradient(score, grey);
  }
  if (needs.layer_gradient)
    context.program->gradient_at(grey, *context.cam_layer, output_score(context, first));
}

}  // namespace

const Layer& MethodContext::layer() const {
  CSM_EXPECT(program && cam_layer);
  return program->layers()[*cam_layer];
}

MethodContext make_method_context(const SaliencyMethod& method, const Network& network,
                                  OcclusionEngine& engine, const ExplainOptions& options,
                                  const OcclusionOptions& occlusion, int forward_batch) {
  MethodContext context{.network = network,
                        .engine = engine,
                        .options = options,
                        .occlusion = occlusion,
                        .forward_batch = forward_batch};
  const MethodNeeds& needs = method.facts.needs;
  if (needs.input_gradient || needs.layer) {
    require_capabilities(method.facts, context);
    read_program(method.facts, context);
    context.gradient_batch = choose_gradient_batch(context);
    try_gradients(needs, context);
  }
  if (method.check != nullptr) method.check(context);
  return context;
}

}  // namespace csm
