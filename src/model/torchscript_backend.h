#pragma once
#include <torch/script.h>

#include <string>
#include <unordered_map>

#include "csm/model/backend.h"

namespace csm {

/// A TorchScript file with its contract inside or beside it, frozen, in evaluation mode.
class TorchscriptBackend : public ModelBackend {
 public:
  /// Errors: InputError if the file is not TorchScript, has no contract, or cannot be prepared on
  /// the device.
  TorchscriptBackend(const std::filesystem::path& path, ComputeDevice device);

  std::string kind() const override { return "torchscript"; }
  const ModelContract& contract() const override { return contract_; }
  const std::filesystem::path& path() const override { return path_; }
  ComputeDevice device() const override { return device_; }
  ModelCapabilities capabilities() const override;
  const std::string& sha256() const override { return sha256_; }
  const std::string& contract_sha256() const override { return contract_sha256_; }
  std::vector<at::Tensor> outputs(const at::Tensor& batch) const override;
  std::vector<at::Tensor> differentiable_outputs(const at::Tensor& batch) const override {
    return outputs(batch);
  }
  LayerReading layers() const override;
  std::vector<LastOperator> last_operators() const override;
  std::int64_t weight_bytes() const override { return weight_bytes_; }
  std::string extra_file(const std::string& name) const override;

 private:
  /// The module as the file has it. Errors: InputError
  void read_file();
  void prepare_on_device();

  std::filesystem::path path_;
  ComputeDevice device_;
  ModelContract contract_;
  std::string sha256_;
  std::string contract_sha256_;
  std::unordered_map<std::string, std::string> extra_files_{{"contract.json", ""},
                                                            {"topology.json", ""}};
  torch::jit::Module module_;
  std::int64_t weight_bytes_ = 0;
};

}  // namespace csm
