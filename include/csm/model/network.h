#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "csm/core/grid.h"
#include "csm/core/image.h"
#include "csm/model/backend.h"
#include "csm/model/contract.h"
#include "csm/model/device.h"

namespace csm {

/// A model of any kind, in inference mode, with its contract checked by a trial forward.
class Network {
 public:
  /// Opens a model file. Errors: InputError if it cannot be opened (see open_backend), has another
  /// role than `role`, or if the trial forward fails, gives other shapes than the contract
  /// promises, or NaN.
  Network(const std::filesystem::path& path, ModelRole role, ComputeDevice device);

  /// The same for what --model names.
  Network(const ModelOptions& options, ModelRole role, ComputeDevice device);

  /// The same for a backend that is open already.
  Network(std::unique_ptr<const ModelBackend> backend, ModelRole role);

  const ModelContract& contract() const { return backend_->contract(); }
  const std::filesystem::path& path() const { return backend_->path(); }
  ComputeDevice device() const { return backend_->device(); }
  ModelCapabilities capabilities() const { return backend_->capabilities(); }

  /// Bytes of the weights in this process.
  std::int64_t weight_bytes() const { return backend_->weight_bytes(); }

  /// SHA-256 of the model file.
  const std::string& sha256() const { return backend_->sha256(); }

  /// The text of another file inside the model file, such as topology.json; empty if there is none.
  std::string extra_file(const std::string& name) const { return backend_->extra_file(name); }

  /// Returns the outputs in the order of the contract.
  /// @pre input has shape (B x 3 n x height x width), float32, on device(), n the contract's
  /// n_images_of_input
  /// Errors: OutOfMemory, DeviceLost (device_error.h); RunError for anything else that the model
  /// throws.
  std::vector<at::Tensor> forward(const at::Tensor& input) const;

  /// As forward, for another asking of the same images (see ModelBackend::outputs_of_asking).
  std::vector<at::Tensor> forward_again(const at::Tensor& input, int asking) const;

  /// As forward, but in the caller's mode: if gradients are enabled, the outputs can be
  /// differentiated by the input. Errors: InputError if the model has no gradients.
  std::vector<at::Tensor> forward_recorded(const at::Tensor& input) const;

  /// What else the model can be asked.
  const ModelBackend& backend() const { return *backend_; }

 private:
  /// answer(), with its errors named. Used in network.cpp only.
  template <class Answer>
  std::vector<at::Tensor> run(const at::Tensor& input, Answer&& answer) const;

  std::unique_ptr<const ModelBackend> backend_;
};

/// How often the clean image is asked for besides its first answer, for the noise of a model.
inline constexpr int n_repeated_answers = 3;

/// Returns (n x n_scores) class_scores of one image, or of one pair for a model of pairs, that the
/// model is asked for n times more, side by side in one batch: what a model that is not repeatable
/// answers apart from its first answer.
/// @pre images are as many as the network takes at once, of the height and width of its input
/// Errors: RunError if the network fails.
Grid<float> repeated_scores(const Network& network, std::span<const RgbImage* const> images, int n);

}  // namespace csm
