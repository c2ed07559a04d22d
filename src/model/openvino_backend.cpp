#include "openvino_backend.h"

// LibTorch's headers come first: both define the same macros.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <openvino/openvino.hpp>
#include <string>
#include <utility>
#include <vector>

#include "contract_file.h"
#include "csm/core/error.h"
#include "csm/core/hash.h"
#include "tensor_message.h"
#include "wire_input.h"

namespace csm {
namespace {

constexpr const char* contract_advice =
    "Write it beside the model, or give it with --contract (docs/black_box.md).";

/// The input as the file has it, in the protocol's terms.
TensorPort port_of(const ov::Output<const ov::Node>& input) {
  TensorPort port{.name = input.get_names().empty() ? "input" : input.get_any_name(),
                  .datatype = input.get_element_type() == ov::element::u8 ? "UINT8"
                              : input.get_element_type() == ov::element::f32
                                  ? "FP32"
                                  : input.get_element_type().to_string(),
                  .shape = {}};
  const ov::PartialShape& shape = input.get_partial_shape();
  if (shape.rank().is_dynamic()) return port;
  for (const ov::Dimension& side : shape)
    port.shape.push_back(side.is_dynamic() ? -1 : side.get_length());
  return port;
}

std::string sha256_of_model(const std::filesystem::path& path) {
  std::filesystem::path weights = path;
  weights.replace_extension(".bin");  // of an .xml
  if (path.extension() != ".xml" || !std::filesystem::exists(weights)) return sha256_of_file(path);
  return sha256(sha256_of_file(path) + sha256_of_file(weights));
}

class OpenvinoBackend : public ModelBackend {
 public:
  OpenvinoBackend(const std::filesystem::path& path, const std::filesystem::path& contract);

  std::string kind() const override { return "openvino"; }
  const ModelContract& contract() const override { return contract_; }
  const std::filesystem::path& path() const override { return path_; }
  ComputeDevice device() const override { return {}; }
  ModelCapabilities capabilities() const override { return {}; }
  const std::string& sha256() const override { return sha256_; }
  const std::string& contract_sha256() const override { return contract_sha256_; }
  std::int64_t weight_bytes() const override { return weight_bytes_; }
  std::vector<at::Tensor> outputs(const at::Tensor& batch) const override;

 private:
  void read_file(const std::filesystem::path& contract);
  void choose_outputs();

  /// Compiles the network for any number of images, or for the number that the file has where it
  /// computes something else with another one.
  void compile();
  ov::InferRequest compiled_for(std::int64_t n_images) const;
  bool bears_any_batch(ov::InferRequest& any, ov::InferRequest& one) const;

  /// The contract's outputs of one batch. @pre packed is one that the request takes
  std::vector<at::Tensor> infer(ov::InferRequest& request, const at::Tensor& packed) const;

  std::filesystem::path path_;
  ModelContract contract_;
  std::string sha256_;
  std::string contract_sha256_;
  std::int64_t weight_bytes_ = 0;
  std::shared_ptr<ov::Model> model_;
  std::unique_ptr<WireInput> wire_;
  std::vector<std::size_t> places_;  ///< of the contract's outputs among the file's
  std::unique_ptr<ov::InferRequest> request_;
  std::int64_t largest_batch_ = 0;  ///< 0: any
};

OpenvinoBackend::OpenvinoBackend(const std::filesystem::path& path,
                                 const std::filesystem::path& contract)
    : path_(path) {
  try {
    read_file(contract);
    compile();
  } catch (const Error&) {
    throw;
  } catch (const MessageFault& fault) {
    throw InputError(
        {"the model file '" + path.string() + "' " + fault.what(), "", "Correct the contract."});
  } catch (const std::exception& error) {
    throw InputError({"the model file '" + path.string() + "' cannot be prepared by OpenVINO",
                      quote_outside(error.what()),
                      "Is it whole? Else let Python answer: --model process:COMMAND."});
  }
}

void OpenvinoBackend::read_file(const std::filesystem::path& contract) {
  sha256_ = sha256_of_model(path_);
  ContractText text =
      contract.empty() ? read_contract(path_, "", contract_advice) : read_contract_file(contract);
  contract_ = std::move(text.contract);
  contract_sha256_ = csm::sha256(text.json);
  model_ = ov::Core().read_model(path_.string());
  weight_bytes_ = static_cast<std::int64_t>(std::filesystem::file_size(path_));
  if (model_->inputs().size() != 1)
    throw MessageFault("has " + std::to_string(model_->inputs().size()) +
                       " inputs, a model of faces has one");
  wire_ = std::make_unique<WireInput>(port_of(std::as_const(*model_).input()), contract_.input);
  choose_outputs();
}

void OpenvinoBackend::choose_outputs() {
  const auto outputs = std::as_const(*model_).outputs();
  std::vector<std::string> there;
  there.reserve(outputs.size());
  for (const auto& output : outputs)
    there.push_back(output.get_names().empty() ? "output" + std::to_string(there.size())
                                               : output.get_any_name());
  std::size_t i = 0;
  for (const std::string& name : names_of_outputs(there, contract_)) {
    const auto place =
        static_cast<std::size_t>(std::find(there.begin(), there.end(), name) - there.begin());
    if (outputs[place].get_element_type().is_integral_number() &&
        contract_.outputs[i].kind != OutputKind::ignored) {
      throw MessageFault("gives whole numbers as '" + name +
                         "', a decision that changes at no place or at once");
    }
    places_.push_back(place);
    ++i;
  }
  // Whatever the file computes in, its outputs are handed over as float32.
  ov::preprocess::PrePostProcessor processor(model_);
  for (const std::size_t place : places_)
    processor.output(place).tensor().set_element_type(ov::element::f32);
  model_ = processor.build();
}

ov::InferRequest OpenvinoBackend::compiled_for(std::int64_t n_images) const {
  const std::shared_ptr<ov::Model> model = model_->clone();
  model->reshape(ov::PartialShape(wire_->shape_of(n_images)));
  // By itself it computes in bfloat16 where the CPU can, and with as many threads as it likes.
  return ov::Core()
      .compile_model(model, "CPU", ov::hint::inference_precision(ov::element::f32),
                     ov::inference_num_threads(at::get_num_threads()), ov::num_streams(1),
                     ov::hint::enable_cpu_pinning(false))
      .create_infer_request();
}

bool OpenvinoBackend::bears_any_batch(ov::InferRequest& any, ov::InferRequest& one) const {
  try {
    const at::Tensor pair = at::rand({2, 3, contract_.input.height, contract_.input.width});
    const at::Tensor second = wire_->pack(pair.narrow(0, 1, 1));
    const std::vector<at::Tensor> together = infer(any, wire_->pack(pair));
    const std::vector<at::Tensor> alone = infer(one, second);
    for (std::size_t i = 0; i < alone.size(); ++i) {
      if (together[i].numel() != 2 * alone[i].numel() ||
          !at::allclose(together[i].reshape({2, -1})[1], alone[i].reshape({-1}), 1e-3, 1e-4))
        return false;
    }
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

void OpenvinoBackend::compile() {
  if (wire_->largest_batch() == 0) {
    request_ = std::make_unique<ov::InferRequest>(compiled_for(-1));
    return;
  }
  if (wire_->largest_batch() != 1)
    throw MessageFault("takes " + std::to_string(wire_->largest_batch()) +
                       " images at once and no other number");
  ov::InferRequest one = compiled_for(1);
  try {
    ov::InferRequest any = compiled_for(-1);
    if (bears_any_batch(any, one)) {
      request_ = std::make_unique<ov::InferRequest>(std::move(any));
      return;
    }
  } catch (const std::exception&) {
    // A constant of the network holds the number of images.
  }
  request_ = std::make_unique<ov::InferRequest>(std::move(one));
  largest_batch_ = 1;
}

std::vector<at::Tensor> OpenvinoBackend::infer(ov::InferRequest& request,
                                               const at::Tensor& packed) const {
  const at::Tensor images = packed.contiguous();
  const auto type = images.scalar_type() == at::kByte ? ov::element::u8 : ov::element::f32;
  const ov::Shape shape(images.sizes().begin(), images.sizes().end());
  request.set_input_tensor(ov::Tensor(type, shape, const_cast<void*>(images.const_data_ptr())));
  request.infer();
  std::vector<at::Tensor> outputs;
  for (const std::size_t place : places_) {
    const ov::Tensor tensor = request.get_output_tensor(place);
    // A copy: what is referred to may change with the next call.
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
    const ov::Shape found = tensor.get_shape();
    const std::vector<std::int64_t> sides(found.begin(), found.end());
    // The request's own memory is used again for the next batch.
    outputs.push_back(
        at::from_blob(const_cast<float*>(tensor.data<const float>()), sides, at::kFloat).clone());
  }
  return outputs;
}

std::vector<at::Tensor> OpenvinoBackend::outputs(const at::Tensor& batch) const {
  const at::Tensor packed = wire_->pack(batch);
  if (largest_batch_ == 0) return infer(*request_, packed);
  std::vector<std::vector<at::Tensor>> parts(places_.size());
  for (std::int64_t i = 0; i < packed.size(0); ++i) {
    const std::vector<at::Tensor> one = infer(*request_, packed.narrow(0, i, 1));
    for (std::size_t k = 0; k < one.size(); ++k) parts[k].push_back(one[k]);
  }
  std::vector<at::Tensor> outputs;
  outputs.reserve(parts.size());
  for (const std::vector<at::Tensor>& part : parts) outputs.push_back(at::cat(part));
  return outputs;
}

}  // namespace

std::unique_ptr<const ModelBackend> open_openvino_backend(const std::filesystem::path& path,
                                                          const std::filesystem::path& contract) {
  return std::make_unique<OpenvinoBackend>(path, contract);
}

}  // namespace csm
