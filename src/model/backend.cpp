#include "csm/model/backend.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "compiled_backend.h"
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

/// Whether a file's name ends so, in letters of any case.
bool has_ending(const std::filesystem::path& path, std::string_view ending) {
  return to_lower(path.extension().string()) == ending;
}

bool is_openvino_file(const std::filesystem::path& path) {
  constexpr std::array endings = {".onnx", ".tflite", ".xml", ".pb"};
  return std::any_of(endings.begin(), endings.end(),
                     [&](const char* ending) { return has_ending(path, ending); });
}

/// @param contract of a file that holds none; empty: the one beside it
std::unique_ptr<const ModelBackend> open_file(const std::filesystem::path& path,
                                              const std::filesystem::path& contract,
                                              ComputeDevice device) {
  if (!std::filesystem::is_regular_file(path)) {
    const bool is_folder = std::filesystem::is_directory(path);
    throw InputError(
        {"the model file '" + path.string() + "' " + (is_folder ? "is a folder" : "does not exist"),
         "",
         "Check --model, --detector-model or --mesh-model, or run scripts/setup.sh, "
         "which makes the shipped models."});
  }
  if (is_openvino_file(path)) return open_openvino_backend(path, contract);
  if (has_ending(path, ".pt2")) return open_compiled_backend(path, contract, device);
  if (!contract.empty()) {
    throw InputError({"--contract is '" + contract.string() + "' and --model a TorchScript file",
                      "that file holds its contract, or has it beside itself",
                      "Remove --contract."});
  }
  return std::make_unique<TorchscriptBackend>(path, device);
}

/// A file for the CPU is run there under --device auto, but not if somebody asked for another one.
void check_device(const ModelOptions& options, const ModelBackend& backend) {
  if (options.device != Device::cuda || backend.device().is_cuda) return;
  throw InputError({"--device cuda, but the model file '" + options.model.string() +
                        "' is computed on the CPU (" + backend.kind() + ")",
                    "", "Use --device auto or cpu."});
}

}  // namespace

ModelPlace place_of_model(std::string_view model) {
  // A scheme may be written in capitals. [RFC 3986] sec. 3.1.
  const std::string scheme = to_lower(model.substr(0, model.find(':') + 1));
  if (scheme == "process:") return ModelPlace::process;
  if (scheme == "rest:") return ModelPlace::rest;
  if (scheme == "http:" || scheme == "https:") return ModelPlace::http;
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
    case ModelPlace::file: {
      auto backend = open_file(options.model, options.contract, device);
      check_device(options, *backend);
      return backend;
    }
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
