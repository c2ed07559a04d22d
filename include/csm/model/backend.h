#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/model/contract.h"
#include "csm/model/device.h"

namespace at {
class Tensor;
}

namespace csm {

struct LayerReading;
enum class LastOperator;

/// A model that runs elsewhere gave no usable answer: what is computed so far is good.
class ServiceError : public RunError {
 public:
  using RunError::RunError;
};

/// The requests of --max-requests are spent: the run stops with what it has.
class BudgetSpent : public ServiceError {
 public:
  using ServiceError::ServiceError;
};

/// What can be asked of a model beyond its outputs. Callers ask for these instead of assuming them.
struct ModelCapabilities {
  bool has_layers =
      false;  ///< layers() may give a program: the incremental engine, class activation maps
  bool has_gradients = false;   ///< differentiable_outputs() works
  bool runs_operators = false;  ///< computes with LibTorch's operators, which can be counted:
                                ///< memory and multiply-adds
  bool is_repeatable = true;    ///< the same batch gives the same numbers
  bool may_lose_face = false;   ///< looks for the face itself: a row of NaN is an image without one
  bool takes_pairs = false;     ///< a batch may hold two images beside each other
  bool has_requests = false;    ///< each batch is a request that can be counted and cost money
};

/// What a model that runs elsewhere was asked so far by this process.
struct ModelUse {
  std::int64_t n_requests = 0;  ///< that were sent, repeated ones too
  std::int64_t n_answered = 0;  ///< images whose answer the model gave
  std::int64_t n_kept = 0;      ///< images whose answer was kept from before
};

/// What one image costs in a forward, as a backend declares it.
struct DeclaredCost {
  double bytes_per_image = 0;          ///< of this process's memory
  double multiply_adds_per_image = 0;  ///< 0: not known
};

/// One kind of model: whatever answers a batch of inputs with numbers. Network checks what it
/// answers.
class ModelBackend {
 public:
  virtual ~ModelBackend() = default;

  /// The kind, such as "torchscript".
  virtual std::string kind() const = 0;

  virtual const ModelContract& contract() const = 0;

  /// Where the model comes from: a file, for messages and the result file.
  virtual const std::filesystem::path& path() const = 0;

  virtual ComputeDevice device() const = 0;
  virtual ModelCapabilities capabilities() const = 0;

  /// SHA-256 of the file that holds the model.
  virtual const std::string& sha256() const = 0;

  /// SHA-256 of the contract's text, which may lie beside that file.
  virtual const std::string& contract_sha256() const = 0;

  /// Returns the outputs in the order of the contract, on device().
  /// @pre batch has shape (B x 3 n x height x width), float32, on device(), n the contract's
  /// n_images_of_input
  /// Errors: any exception; Network adds the model's name.
  virtual std::vector<at::Tensor> outputs(const at::Tensor& batch) const = 0;

  /// As outputs, and never an answer of another asking of the same images that was kept: what a
  /// model that is not repeatable is asked for its noise. @param asking 0 is that of outputs
  virtual std::vector<at::Tensor> outputs_of_asking(const at::Tensor& batch, int asking) const;

  /// As outputs, and they can be differentiated by the batch. @pre capabilities().has_gradients
  virtual std::vector<at::Tensor> differentiable_outputs(const at::Tensor& batch) const;

  /// The layers, or why there are none.
  virtual LayerReading layers() const;

  /// The operator that each output ends in; empty if the backend cannot tell.
  virtual std::vector<LastOperator> last_operators() const;

  /// None: see capabilities().runs_operators.
  virtual std::optional<DeclaredCost> declared_cost() const { return std::nullopt; }

  /// Requests that a batch of n images takes. @pre capabilities().has_requests
  virtual std::int64_t requests_for(std::int64_t n_images) const { return n_images > 0 ? 1 : 0; }

  virtual ModelUse use() const { return {}; }

  /// Bytes of the weights in this process.
  virtual std::int64_t weight_bytes() const { return 0; }

  /// The text of a file inside the model file, such as topology.json; empty if there is none.
  virtual std::string extra_file(const std::string& /*name*/) const { return ""; }
};

/// Opens a model file with the backend that its content asks for.
/// Errors: InputError if the file is missing, of no kind that is read, or has no contract.
std::unique_ptr<const ModelBackend> open_backend(const std::filesystem::path& path,
                                                 ComputeDevice device);

/// Opens what --model names: a file, or a model that runs elsewhere (see is_place).
/// Errors: as above; InputError if what runs elsewhere does not answer as its contract promises.
std::unique_ptr<const ModelBackend> open_backend(const ModelOptions& options, ComputeDevice device);

}  // namespace csm
