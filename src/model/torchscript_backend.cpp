#include "torchscript_backend.h"

#include <mutex>

#include "contract_file.h"
#include "csm/core/error.h"
#include "csm/core/hash.h"
#include "csm/model/device_error.h"
#include "csm/model/layer_program.h"
#include "csm/model/transfer.h"
#include "file_kind.h"
#include "read_graph.h"

namespace csm {
namespace {

constexpr const char* how_to_export =
    "Write the file with csm export (see the README, \"Your own model\").";

/// The profiling executor specialises a graph over its first calls, so the bits of an image could
/// depend on how many images the rank has seen before. The plain one prepares a graph from the
/// shapes of the input alone.
void use_plain_executor() {
  static std::once_flag flag;
  std::call_once(flag, [] {
    torch::jit::getExecutorMode() = false;
    torch::jit::getProfilingMode() = false;
  });
}

/// The tensors of a network's result; empty if it is neither a tensor nor a tuple or list of
/// tensors.
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

}  // namespace

TorchscriptBackend::TorchscriptBackend(const std::filesystem::path& path, ComputeDevice device)
    : path_(path), device_(device) {
  use_plain_executor();
  // Not in inference mode: its tensors cannot be saved for a backward pass, and the weights may be
  // needed in one.
  const c10::NoGradGuard no_gradients;
  read_file();
  prepare_on_device();
}

void TorchscriptBackend::read_file() {
  sha256_ = sha256_of_file(path_);
  try {
    module_ = torch::jit::load(path_.string(), c10::Device(c10::kCPU), extra_files_);
  } catch (const std::exception& error) {
    const FileKind kind = find_file_kind(path_);
    if (!kind.words.empty())
      throw InputError({"the model file '" + path_.string() + "' " + kind.words,
                        "only TorchScript files with a contract are read", kind.advice});
    throw InputError({"the model file '" + path_.string() + "' is not a TorchScript file",
                      torch_message(error), how_to_export});
  }
  ContractText read = read_contract(path_, extra_files_["contract.json"], how_to_export);
  contract_ = std::move(read.contract);
  contract_sha256_ = csm::sha256(read.json);
}

void TorchscriptBackend::prepare_on_device() {
  module_.eval();
  for (const at::Tensor& parameter : module_.parameters())
    weight_bytes_ += parameter.numel() * parameter.element_size();
  try {
    module_.to(torch_device(device_));
    module_ = torch::jit::freeze(module_);
  } catch (const std::exception& error) {
    throw_device_fault(error, device_);
    throw InputError(
        {"the model file '" + path_.string() + "' cannot be prepared on " + to_string(device_),
         torch_message(error), "Try --device cpu."});
  }
}

ModelCapabilities TorchscriptBackend::capabilities() const {
  return {.has_layers = true, .has_gradients = true, .runs_operators = true, .is_repeatable = true};
}

std::vector<at::Tensor> TorchscriptBackend::outputs(const at::Tensor& batch) const {
  return to_tensors(module_.get_method("forward")({batch}));
}

LayerReading TorchscriptBackend::layers() const {
  const auto graph = module_.get_method("forward").graph();
  return read_graph(*graph, contract_.input, device_);
}

std::vector<LastOperator> TorchscriptBackend::last_operators() const {
  const auto graph = module_.get_method("forward").graph();
  return csm::last_operators(*graph);
}

std::string TorchscriptBackend::extra_file(const std::string& name) const {
  const auto found = extra_files_.find(name);
  return found == extra_files_.end() ? "" : found->second;
}

}  // namespace csm
