#include "csm/model/network.h"

#include <algorithm>
#include <mutex>

#include "csm/core/error.h"
#include "csm/core/hash.h"
#include "csm/model/fill.h"
#include "csm/model/transfer.h"
#include "file_kind.h"
#include "network_state.h"

namespace csm {
namespace {

constexpr const char* how_to_export =
    "Write the file with scripts/export_model.py (see the README, \"Your own model\").";

/// What went wrong in one line: the first of LibTorch's words, but the last where TorchScript puts its own call stack
/// before them.
std::string message_of(const std::exception& error) {
  const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
  std::string text = torch_error != nullptr ? torch_error->what_without_backtrace() : error.what();
  text.erase(text.find_last_not_of(" \n") + 1);
  if (text.starts_with("The following operation failed in the TorchScript interpreter"))
    text.erase(0, text.rfind('\n') + 1);
  return text.substr(0, std::min<std::size_t>(text.find('\n'), 300));
}

/// The profiling executor specialises a graph over its first calls, so the bits of an image could depend on how many
/// images the rank has seen before. The plain one prepares a graph from the shapes of the input alone.
void use_plain_executor() {
  static std::once_flag flag;
  std::call_once(flag, [] {
    torch::jit::getExecutorMode() = false;
    torch::jit::getProfilingMode() = false;
  });
}

}  // namespace

std::vector<at::Tensor> to_tensors(const c10::IValue& value) {
  if (value.isTensor()) return {value.toTensor()};
  if (value.isTensorList()) return value.toTensorVector();
  std::vector<at::Tensor> tensors;
  if (value.isTuple()) {
    for (const c10::IValue& element : value.toTupleRef().elements()) {
      if (!element.isTensor()) return {};
      tensors.push_back(element.toTensor());
    }
  }
  return tensors;
}

void Network::State::load() {
  if (!std::filesystem::is_regular_file(path)) {
    throw InputError(
        {"the model file '" + path.string() + "' does not exist", "",
         "Check --model, --detector-model or --mesh-model, or run scripts/setup.sh, which makes the shipped models."});
  }
  sha256 = sha256_of_file(path);
  try {
    module = torch::jit::load(path.string(), c10::Device(c10::kCPU), extra_files);
  } catch (const std::exception& error) {
    const FileKind kind = find_file_kind(path);
    if (!kind.words.empty())
      throw InputError({"the model file '" + path.string() + "' " + kind.words,
                        "only TorchScript files with a contract are read", kind.advice});
    throw InputError(
        {"the model file '" + path.string() + "' is not a TorchScript file", message_of(error), how_to_export});
  }
  if (extra_files["contract.json"].empty()) {
    throw InputError({"the model file '" + path.string() + "' holds no contract.json",
                      "without it nobody knows the input size, the normalisation and the classes", how_to_export});
  }
  contract = parse_contract(extra_files["contract.json"], path.string());
  module.eval();
  for (const at::Tensor& parameter : module.parameters()) weight_bytes += static_cast<std::int64_t>(parameter.nbytes());
  try {
    module.to(torch_device(device));
    module = torch::jit::freeze(module);
  } catch (const std::exception& error) {
    throw InputError({"the model file '" + path.string() + "' cannot be prepared on " + to_string(device),
                      message_of(error), "Try --device cpu."});
  }
}

void Network::State::check_outputs(const std::vector<at::Tensor>& outputs, std::int64_t n_images) const {
  if (outputs.size() != contract.outputs.size()) {
    throw InputError({"the model '" + path.string() + "' returned " + std::to_string(outputs.size()) +
                          " tensors, its contract lists " + std::to_string(contract.outputs.size()),
                      "", "Correct `outputs` of the contract."});
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const OutputContract& promised = contract.outputs[i];
    const at::Tensor& output = outputs[i];
    const bool fits = output.dim() >= 1 && output.size(0) == n_images && output.numel() == n_images * promised.size;
    if (!fits) {
      std::string shape;
      for (const std::int64_t side : output.sizes()) shape += (shape.empty() ? "" : " x ") + std::to_string(side);
      throw InputError({"output '" + promised.name + "' of the model '" + path.string() + "' has shape (" + shape +
                            ") for " + std::to_string(n_images) + " images, its contract promises " +
                            std::to_string(n_images) + " x " + std::to_string(promised.size),
                        shape.empty() ? "a squeeze() without a dimension also drops that of a batch of one" : "",
                        "Correct `outputs` of the contract, or make the first dimension of the network the batch."});
    }
    if (promised.kind != OutputKind::ignored && !output.is_floating_point()) {
      throw InputError({"output '" + promised.name + "' of the model '" + path.string() + "' holds whole numbers",
                        "a decision changes at no place or at once", "Export the scores before argmax."});
    }
    if (promised.kind != OutputKind::ignored && !at::isfinite(output).all().item<bool>()) {
      throw InputError({"output '" + promised.name + "' of the model '" + path.string() +
                            "' holds NaN or infinity for an image of noise",
                        "no confidence can be measured with it",
                        "Check the weights and the normalisation of the contract."});
    }
  }
}

void Network::State::trial_forward() const {
  // Noise, since a network that divides by the spread of each image (whitening) gives NaN for a constant one. The two
  // images differ, so that a sum over the batch shows.
  const InputContract& input = contract.input;
  const at::Tensor like = at::empty({1, 3, input.height, input.width}, at::kFloat);
  const Fill noise{.kind = FillKind::noise, .colour = {}};
  const at::Tensor pair = at::cat({fill_picture(noise, like, input, 1, 1), fill_picture(noise, like, input, 1, 2)}, 0)
                              .to(torch_device(device));
  try {
    const std::vector<at::Tensor> together = to_tensors(module.get_method("forward")({pair}));
    check_outputs(together, 2);
    const std::vector<at::Tensor> alone = to_tensors(module.get_method("forward")({pair.narrow(0, 1, 1).clone()}));
    check_outputs(alone, 1);
    for (std::size_t i = 0; i < alone.size(); ++i) {
      if (contract.outputs[i].kind == OutputKind::ignored) continue;
      if (!at::allclose(together[i].narrow(0, 1, 1), alone[i], 1e-3, 1e-4)) {
        throw InputError({"the model '" + path.string() + "' gives an image another output '" +
                              contract.outputs[i].name + "' when a second image stands beside it",
                          "the batch is mixed inside the network, so occluded copies would change each other",
                          "Export it with a free first dimension and in evaluation mode."});
      }
    }
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw InputError({"the model '" + path.string() + "' fails on a " + std::to_string(contract.input.height) + " x " +
                          std::to_string(contract.input.width) + " px input",
                      message_of(error), "Correct `input` of the contract."});
  }
}

Network::Network(const std::filesystem::path& path, ModelRole role, ComputeDevice device)
    : state_(std::make_unique<State>()) {
  use_plain_executor();
  state_->path = path;
  state_->device = device;
  {
    // Not in inference mode: its tensors cannot be saved for a backward pass, and the weights may be needed in one.
    const c10::NoGradGuard no_gradients;
    state_->load();
  }
  const c10::InferenceMode inference;
  if (state_->contract.role != role) {
    throw InputError({"the model '" + path.string() + "' has the role " + to_string(state_->contract.role) +
                          ", here it must be " + to_string(role),
                      "", "Give another file, or another --confidence (cosine and verification need an embedding)."});
  }
  state_->trial_forward();
}

Network::~Network() = default;
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;

const ModelContract& Network::contract() const { return state_->contract; }
const std::filesystem::path& Network::path() const { return state_->path; }
ComputeDevice Network::device() const { return state_->device; }
std::int64_t Network::weight_bytes() const { return state_->weight_bytes; }
const std::string& Network::sha256() const { return state_->sha256; }

const std::string& Network::extra_file(const std::string& name) const {
  static const std::string none;
  const auto found = state_->extra_files.find(name);
  return found == state_->extra_files.end() ? none : found->second;
}

std::vector<at::Tensor> Network::forward(const at::Tensor& input) const {
  const c10::InferenceMode inference;
  return forward_recorded(input);
}

std::vector<at::Tensor> Network::forward_recorded(const at::Tensor& input) const {
  try {
    return to_tensors(state_->module.get_method("forward")({input}));
  } catch (const std::exception& error) {
    throw RunError({"the model '" + state_->path.string() + "' failed on a batch of " + std::to_string(input.size(0)),
                    message_of(error), "Where memory ran out, lower --batch-size or --memory-limit."});
  }
}

}  // namespace csm
