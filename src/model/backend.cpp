#include "csm/model/backend.h"

#include <ATen/ATen.h>

#include "csm/core/error.h"
#include "csm/model/layer_program.h"
#include "output_facts.h"
#include "torchscript_backend.h"

namespace csm {

std::vector<at::Tensor> ModelBackend::differentiable_outputs(const at::Tensor& /*batch*/) const {
  throw InputError({"the model '" + path().string() + "' gives no gradients",
                    "it is opened as a black box (" + kind() + ")",
                    "Use a --method that needs outputs only; csm_mpi --help lists them."});
}

LayerReading ModelBackend::layers() const {
  return {.program = std::nullopt, .reason = "the model is a black box (" + kind() + ")"};
}

std::vector<LastOperator> ModelBackend::last_operators() const { return {}; }

std::unique_ptr<const ModelBackend> open_backend(const std::filesystem::path& path,
                                                 ComputeDevice device) {
  if (!std::filesystem::is_regular_file(path)) {
    throw InputError({"the model file '" + path.string() + "' does not exist", "",
                      "Check --model, --detector-model or --mesh-model, or run scripts/setup.sh, "
                      "which makes the shipped models."});
  }
  return std::make_unique<TorchscriptBackend>(path, device);
}

}  // namespace csm
