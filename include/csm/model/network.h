#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "csm/model/contract.h"
#include "csm/model/device.h"

namespace at {
class Tensor;
}

namespace csm {

/// A network loaded from a model file, frozen, in inference mode, with its contract checked by one trial forward.
class Network {
 public:
  /// Errors: InputError where the file is missing, no TorchScript, has no contract, has another role than `role`, or
  /// where the trial forward fails, gives other shapes than the contract says, or NaN.
  Network(const std::filesystem::path& path, ModelRole role, ComputeDevice device);
  ~Network();
  Network(Network&&) noexcept;
  Network& operator=(Network&&) noexcept;

  const ModelContract& contract() const;
  const std::filesystem::path& path() const;
  ComputeDevice device() const;

  /// Bytes of the weights.
  std::int64_t weight_bytes() const;

  /// SHA-256 of the file.
  const std::string& sha256() const;

  /// The text of another extra file, such as topology.json; empty where the file has none.
  const std::string& extra_file(const std::string& name) const;

  /// Returns the outputs in the order of the contract.
  /// @pre input has shape (B x 3 x height x width), float32, on device().
  /// Errors: RunError where the network throws.
  std::vector<at::Tensor> forward(const at::Tensor& input) const;

  /// As forward, but in the caller's mode: where gradients are enabled, the outputs can be differentiated by the input.
  std::vector<at::Tensor> forward_recorded(const at::Tensor& input) const;

  struct State;
  /// What the model stage itself reads, such as the graph.
  const State& state() const { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace csm
