#include "csm/model/backend.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <chrono>

#include "csm/core/error.h"
#include "csm/model/layer_program.h"
#include "http_channel.h"
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

std::unique_ptr<const ModelBackend> open_backend(const std::filesystem::path& path,
                                                 ComputeDevice device) {
  return open_file(path, /*contract=*/{}, device);
}

std::unique_ptr<const ModelBackend> open_backend(const ModelOptions& options,
                                                 ComputeDevice device) {
  const std::string place = options.model.string();
  if (place.starts_with("process:") || place.starts_with("rest:")) {
    return std::make_unique<ServiceBackend>(
        options, std::make_unique<ProcessChannel>(
                     place, std::chrono::seconds(options.model_timeout), at::get_num_threads()));
  }
  if (place.starts_with("http://") || place.starts_with("https://")) {
    return std::make_unique<ServiceBackend>(
        options, open_http_channel(place, std::chrono::seconds(options.model_timeout),
                                   options.requests_in_flight));
  }
  return open_file(options.model, options.contract, device);
}

}  // namespace csm
