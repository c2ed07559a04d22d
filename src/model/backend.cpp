#include "csm/model/backend.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csm/model/layer_program.h"
#include "csm/model/model_options.h"
#include "inference_channel.h"
#include "openvino_backend.h"
#include "output_facts.h"
#include "process_channel.h"
#include "service_backend.h"
#include "torchscript_backend.h"

namespace csm {

std::vector<at::Tensor> ModelBackend::outputs_of_asking(const at::Tensor& batch,
                                                        int /*asking*/) const {
  return outputs(batch);
}

std::vector<at::Tensor> ModelBackend::differentiable_outputs(const at::Tensor& /*batch*/) const {
  throw InputError({"the model '" + path().string() + "' gives no gradients",
                    "it is opened as a black box (" + kind() + ")",
                    "Use a --method that needs outputs only; csm_mpi --help lists them."});
}

LayerReading ModelBackend::layers() const {
  return {.program = std::nullopt, .reason = "the model is a black box (" + kind() + ")"};
}

std::vector<LastOperator> ModelBackend::last_operators() const { return {}; }

namespace {

/// Whether a file is one that OpenVINO reads, by its ending.
bool is_openvino_file(const std::filesystem::path& path) {
  constexpr std::array endings = {".onnx", ".tflite", ".xml", ".pb"};
  return std::find(endings.begin(), endings.end(), to_lower(path.extension().string())) !=
         endings.end();
}

/// @param contract of a file that holds none; empty: the one beside it
std::unique_ptr<const ModelBackend> open_file(const std::filesystem::path& path,
                                              const std::filesystem::path& contract,
                                              ComputeDevice device) {
  if (!std::filesystem::is_regular_file(path)) {
    throw InputError({"the model file '" + path.string() + "' does not exist", "",
                      "Check --model, --detector-model or --mesh-model, or run scripts/setup.sh, "
                      "which makes the shipped models."});
  }
  if (is_openvino_file(path)) return open_openvino_backend(path, contract);
  if (!contract.empty()) {
    throw InputError({"--contract is '" + contract.string() + "' and --model a TorchScript file",
                      "that file holds its contract, or has it beside itself",
                      "Remove --contract."});
  }
  return std::make_unique<TorchscriptBackend>(path, device);
}

}  // namespace

ModelPlace place_of_model(std::string_view model) {
  if (model.starts_with("process:")) return ModelPlace::process;
  if (model.starts_with("rest:")) return ModelPlace::rest;
  if (model.starts_with("http://") || model.starts_with("https://")) return ModelPlace::http;
  return ModelPlace::file;
}

std::unique_ptr<const ModelBackend> open_backend(const std::filesystem::path& path,
                                                 ComputeDevice device) {
  return open_file(path, /*contract=*/{}, device);
}

std::unique_ptr<const ModelBackend> open_backend(const ModelOptions& options,
                                                 ComputeDevice device) {
  const std::string place = options.model.string();
  const std::chrono::seconds timeout(options.model_timeout);
  std::unique_ptr<InferenceChannel> channel;
  switch (place_of_model(place)) {
    case ModelPlace::file:
      return open_file(options.model, options.contract, device);
    case ModelPlace::process:
    case ModelPlace::rest:
      channel = std::make_unique<ProcessChannel>(place, timeout, at::get_num_threads());
      break;
    case ModelPlace::http:
      channel = open_http_channel(place, timeout, options.requests_in_flight);
      break;
  }
  return std::make_unique<ServiceBackend>(options, std::move(channel));
}

}  // namespace csm
