#include "csm/model/network.h"

#include <ATen/ATen.h>

#include <utility>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/hash.h"
#include "csm/model/check_outputs.h"
#include "csm/model/class_scores.h"
#include "csm/model/device_error.h"
#include "csm/model/input.h"
#include "csm/model/layer_program.h"
#include "csm/model/transfer.h"

namespace csm {

Network::Network(const std::filesystem::path& path, ModelRole role, ComputeDevice device)
    : Network(open_backend(path, device), role) {}

Network::Network(const ModelOptions& options, ModelRole role, ComputeDevice device)
    : Network(open_backend(options, device), role) {}

Network::Network(std::unique_ptr<const ModelBackend> backend, ModelRole role)
    : backend_(std::move(backend)) {
  const c10::InferenceMode inference;
  if (contract().role != role) {
    throw InputError({"the model '" + path().string() + "' has the role " +
                          to_string(contract().role) + ", here it must be " + to_string(role),
                      "",
                      "Give another file, or another --confidence (cosine and verification need an "
                      "embedding, similarity a pair)."});
  }
  if (role == ModelRole::pair && !capabilities().takes_pairs) {
    throw InputError({"the model '" + path().string() + "' is a file of the role pair",
                      "files are run on one image at a time",
                      "Give it as process:COMMAND with a function of two batches "
                      "(docs/black_box.md)."});
  }
  run_trial_forward(*backend_);
}

template <class Answer>
std::vector<at::Tensor> Network::run(const at::Tensor& input, Answer&& answer) const {
  try {
    return answer();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw_device_fault(error, device());
    throw RunError({"the model '" + path().string() + "' failed on a batch of " +
                        std::to_string(input.size(0)),
                    torch_message(error),
                    "Where memory ran out, lower --batch-size or --memory-limit."});
  }
}

std::vector<at::Tensor> Network::forward(const at::Tensor& input) const {
  const c10::InferenceMode inference;
  return run(input, [&] { return backend_->outputs(input); });
}

std::vector<at::Tensor> Network::forward_recorded(const at::Tensor& input) const {
  return run(input, [&] { return backend_->differentiable_outputs(input); });
}

std::vector<at::Tensor> Network::forward_again(const at::Tensor& input, int asking) const {
  const c10::InferenceMode inference;
  return run(input, [&] { return backend_->outputs_of_asking(input, asking); });
}

LayerReading read_layers(const Network& network) { return network.backend().layers(); }

Grid<float> repeated_scores(const Network& network, std::span<const RgbImage* const> images,
                            int n) {
  std::vector<at::Tensor> inputs;
  for (const RgbImage* image : images)
    inputs.push_back(normalise_input(*image, network.contract().input));
  const at::Tensor one = to_device(at::cat(inputs, 1), network.device());
  const at::Tensor batch = one.expand({n, one.size(1), one.size(2), one.size(3)}).contiguous();
  constexpr int first_repetition = 1;  // asking 0 is the engine's
  return class_scores(network.forward_again(batch, first_repetition), network.contract());
}

}  // namespace csm
