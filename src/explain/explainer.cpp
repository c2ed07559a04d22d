#include "csm/explain/explainer.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "cam_layer.h"
#include "cam_maps.h"
#include "control_maps.h"
#include "csm/core/error.h"
#include "csm/model/class_scores.h"
#include "csm/model/fill.h"
#include "csm/model/input.h"
#include "csm/model/transfer.h"
#include "csm/occlusion/score.h"
#include "csm/options/words.h"
#include "differentiable_program.h"
#include "gradient_maps.h"
#include "masked_maps.h"
#include "sliding_windows.h"

namespace csm {
namespace {

constexpr int largest_gradient_batch = 16;

bool uses_gradients_of_input(Method method) {
  return method == Method::gradient || method == Method::smoothgrad || method == Method::integrated_gradients ||
         method == Method::guided_backprop || method == Method::guided_grad_cam_pp;
}

bool uses_guided_backprop(Method method) {
  return method == Method::guided_backprop || method == Method::guided_grad_cam_pp;
}

Grid<float> to_grid(const at::Tensor& map) {
  const at::Tensor values = map.detach().to(at::kCPU, at::kFloat).contiguous();
  Grid<float> grid(static_cast<int>(values.size(0)), static_cast<int>(values.size(1)));
  std::memcpy(grid.values().data(), values.const_data_ptr<float>(), grid.size() * sizeof(float));
  return grid;
}

}  // namespace

struct Explainer::State {
  const Network& network;
  OcclusionEngine& engine;
  ExplainOptions options;
  OcclusionOptions occlusion;
  int forward_batch = 1;
  int gradient_batch = 1;
  std::int64_t n_forwards = 0;  ///< so far
  std::optional<DifferentiableProgram> program = std::nullopt;
  int cam_layer = -1;

  const InputContract& input() const { return network.contract().input; }
  int window_step() const { return options.window_step.value_or((occlusion.patch_size + 1) / 2); }
  std::vector<PatchRect> windows() const {
    return sliding_windows(input().height, input().width, occlusion.patch_size, window_step());
  }

  void read_program();
  int choose_gradient_batch() const;
  void try_gradients();

  at::Tensor map(const RgbImage& picture, const TargetScore& target, std::uint64_t seed);
  Grid<float> window_map(const RgbImage& picture, const TargetScore& target, std::uint64_t seed);
  at::Tensor cam(const at::Tensor& clean, const at::Tensor& fill, const TargetScore& target);

  OutputScore output_score(const TargetScore& target) const {
    return [this, &target](const std::vector<at::Tensor>& outputs) {
      return target_score(outputs, network.contract(), target);
    };
  }

  /// The network as a black box, without gradients.
  ScoreFunction forward_score(const TargetScore& target) {
    return [this, &target](const at::Tensor& batch) {
      n_forwards += batch.size(0);
      // Channels-last is the faster layout of the convolutions.
      const at::Tensor laid_out = batch.contiguous(at::MemoryFormat::ChannelsLast);
      return target_score(network.forward(laid_out), network.contract(), target);
    };
  }

  /// The network for gradients by its input.
  ScoreFunction gradient_score(const TargetScore& target, Rectifiers rectifiers) {
    return [this, &target, rectifiers](const at::Tensor& batch) {
      n_forwards += batch.size(0);
      const auto outputs = program ? program->outputs(batch, rectifiers) : network.forward_recorded(batch);
      return target_score(outputs, network.contract(), target);
    };
  }
};

/// Reads the network as layers. Errors: InputError where the method needs what was not understood.
void Explainer::State::read_program() {
  const LayerReading reading = read_layers(network);
  if (reading.program) program.emplace(*reading.program);
  const bool needs_all = uses_guided_backprop(options.method);
  const std::string with = "--method " + std::string(word_of(options.method)) + " cannot work on the model '" +
                           network.path().string() + "'";
  if (!program && (needs_all || uses_cam_layer(options.method))) {
    throw InputError({with, "the network is not understood as layers: " + reading.reason,
                      "Use --method csm, gradient, smoothgrad, integrated_gradients, sliding_occlusion or rise."});
  }
  if (needs_all && program->layers().tail) {
    throw InputError({with,
                      "the activations behind the operator '" + program->layers().tail->reason +
                          "', which is not understood, cannot be made to pass positive gradients only",
                      "Use --method gradient or smoothgrad."});
  }
  if (uses_cam_layer(options.method))
    cam_layer = find_cam_layer(program->layers(), used_outputs(network.contract()), options.cam_layer);
}

/// Images in a forward and backward pass: a function of the model and the options only.
int Explainer::State::choose_gradient_batch() const {
  if (occlusion.batch_size) return *occlusion.batch_size;
  if (!program) return 1;  // nothing tells what the network keeps for its backward pass
  const double limit = static_cast<double>(occlusion.memory_limit) * 1e6;
  const double bytes = program->bytes_per_image();
  if (bytes > limit) {
    throw InputError({"the gradients of one image need " + std::to_string(static_cast<std::int64_t>(bytes / 1e6) + 1) +
                          " MB in the network, --memory-limit is " + std::to_string(occlusion.memory_limit) + " MB",
                      "not even a batch of one fits", "Raise --memory-limit."});
  }
  int batch_size = largest_gradient_batch;
  while (batch_size > 1 && batch_size * bytes > limit) batch_size /= 2;
  return batch_size;
}

/// Takes the gradients of a grey image, so that a network that has none is refused before any work.
void Explainer::State::try_gradients() {
  const TargetScore first{
      .confidence = network.contract().role == ModelRole::embedding ? Confidence::cosine : Confidence::log_odds,
      .target = 0,
      .relation = class_relation(network.contract()),
      .reference = std::vector<float>(static_cast<std::size_t>(n_scores(network.contract())), 1.0F)};
  const at::Tensor grey = to_device(at::full({1, 3, input().height, input().width}, 0.25F), network.device());
  if (uses_gradients_of_input(options.method)) input_gradient(gradient_score(first, Rectifiers::as_they_are), grey);
  if (cam_layer >= 0 && options.method != Method::score_cam) program->gradient_at(grey, cam_layer, output_score(first));
}

at::Tensor Explainer::State::cam(const at::Tensor& clean, const at::Tensor& fill, const TargetScore& target) {
  at::Tensor map;
  n_forwards += 1;
  if (options.method == Method::score_cam) {
    map = score_cam(forward_score(target), program->value(clean, cam_layer), clean, fill, forward_batch);
  } else {
    const LayerGradient layer = program->gradient_at(clean, cam_layer, output_score(target));
    map = options.method == Method::grad_cam ? grad_cam(layer) : grad_cam_pp(layer);
  }
  return enlarged(map, input().height, input().width);
}

/// Windows are covered as patches are, so that the engine which saves work on patches saves it here.
Grid<float> Explainer::State::window_map(const RgbImage& picture, const TargetScore& target, std::uint64_t seed) {
  const std::vector<PatchRect> all = windows();
  const OcclusionScores scores = score_patches(engine.exact(), input(), picture, all, occlusion, seed);
  n_forwards += 1 + scores.n_computed;
  std::vector<double> covered;
  for (int k = 0; k < scores.covered.height(); ++k)
    covered.push_back(confidence_of(scores.covered.row(k), target, target.confidence));
  return mean_drop(input().height, input().width, all, confidence_of(scores.clean, target, target.confidence), covered);
}

at::Tensor Explainer::State::map(const RgbImage& picture, const TargetScore& target, std::uint64_t seed) {
  const at::Tensor on_host = normalise_input(picture, input());
  const at::Tensor clean = to_device(on_host, network.device());
  const at::Tensor fill =
      to_device(fill_picture(occlusion.fill, on_host, input(), occlusion.patch_size, seed), network.device());
  const auto gradient = [&](Rectifiers rectifiers) {
    return largest_magnitude(input_gradient(gradient_score(target, rectifiers), clean)[0]);
  };
  const ScoreFunction score = gradient_score(target, Rectifiers::as_they_are);
  switch (options.method) {
    case Method::gradient:
      return gradient(Rectifiers::as_they_are);
    case Method::smoothgrad:
      return largest_magnitude(
          smooth_gradient(score, clean, options.noise_samples, options.noise_level, gradient_batch, seed));
    case Method::integrated_gradients:
      return integrated_gradient(score, clean, fill, options.integration_steps, gradient_batch).sum(0);
    case Method::guided_backprop:
      return gradient(Rectifiers::guided);
    case Method::guided_grad_cam_pp:
      return gradient(Rectifiers::guided).to(at::kCPU) * cam(clean, fill, target);
    case Method::grad_cam:
    case Method::grad_cam_pp:
    case Method::score_cam:
      return cam(clean, fill, target);
    case Method::rise:
      return rise(forward_score(target), clean, fill, options.masks, options.mask_grid, forward_batch, seed);
    case Method::sliding_occlusion:
    case Method::csm:
    case Method::random:
    case Method::centre_gaussian:
      break;
  }
  fail_contract("the method works on tensors", __FILE__, __LINE__);
}

Explainer::Explainer(const Network& network, OcclusionEngine& engine, const ExplainOptions& options,
                     const OcclusionOptions& occlusion, int forward_batch)
    : state_(new State{.network = network,
                       .engine = engine,
                       .options = options,
                       .occlusion = occlusion,
                       .forward_batch = forward_batch}) {
  CSM_EXPECT(options.method != Method::csm && forward_batch >= 1);
  const c10::InferenceMode with_gradients(false);
  if (uses_gradients_of_input(options.method) || uses_cam_layer(options.method)) {
    state_->read_program();
    state_->gradient_batch = state_->choose_gradient_batch();
    state_->try_gradients();
  }
  if (options.method == Method::sliding_occlusion && state_->window_step() > occlusion.patch_size) {
    throw InputError({"--window-step is " + std::to_string(state_->window_step()) + ", --patch-size is " +
                          std::to_string(occlusion.patch_size),
                      "pixels between the windows would never be covered",
                      "Give a step of at most the side of the window."});
  }
}

Explainer::~Explainer() = default;
Explainer::Explainer(Explainer&&) noexcept = default;
Explainer& Explainer::operator=(Explainer&&) noexcept = default;

Grid<float> Explainer::map(const RgbImage& picture, std::span<const Point2> face, const TargetScore& target,
                           std::uint64_t seed) const {
  const InputContract& input = state_->input();
  CSM_EXPECT(picture.height == input.height && picture.width == input.width);
  if (state_->options.method == Method::random) return random_map(input.height, input.width, seed);
  if (state_->options.method == Method::centre_gaussian) return centre_gaussian_map(face, input.height, input.width);
  if (state_->options.method == Method::sliding_occlusion) return state_->window_map(picture, target, seed);
  const c10::InferenceMode with_gradients(false);
  Grid<float> map = to_grid(state_->map(picture, target, seed));
  if (!std::all_of(map.values().begin(), map.values().end(), [](float value) { return std::isfinite(value); }))
    throw ImageError("map is not finite", "the method gives NaN or infinity for this image");
  return map;
}

PassesPerImage Explainer::passes() const {
  const ExplainOptions& options = state_->options;
  switch (options.method) {
    case Method::csm:
    case Method::random:
    case Method::centre_gaussian:
      return {};
    case Method::gradient:
    case Method::guided_backprop:
    case Method::grad_cam:
    case Method::grad_cam_pp:
      return {.forwards = 1, .backwards = 1};
    case Method::guided_grad_cam_pp:
      return {.forwards = 2, .backwards = 2};
    case Method::smoothgrad:
      return {.forwards = options.noise_samples, .backwards = options.noise_samples};
    case Method::integrated_gradients:
      return {.forwards = options.integration_steps, .backwards = options.integration_steps};
    case Method::score_cam: {
      const Layer& layer = state_->program->layers().layers[static_cast<std::size_t>(state_->cam_layer)];
      return {.forwards = 1 + layer.shape[0], .backwards = 0};
    }
    case Method::sliding_occlusion:
      return {.forwards = 1 + static_cast<std::int64_t>(state_->windows().size()), .backwards = 0};
    case Method::rise:
      return {.forwards = options.masks, .backwards = 0};
  }
  return {};
}

std::int64_t Explainer::n_forwards() const { return state_->n_forwards; }

int Explainer::batch_size() const {
  const PassesPerImage each = passes();
  if (state_->options.method == Method::sliding_occlusion) return state_->engine.exact().batch_size();
  const int largest = each.backwards > 0 ? state_->gradient_batch : state_->forward_batch;
  return static_cast<int>(std::min<std::int64_t>(largest, std::max(each.forwards, each.backwards)));
}

std::string Explainer::cam_layer() const {
  if (state_->cam_layer < 0) return "";
  const Layer& layer = state_->program->layers().layers[static_cast<std::size_t>(state_->cam_layer)];
  return describe_map(layer);
}

}  // namespace csm
