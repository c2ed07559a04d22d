#include "service_backend.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "answer_store.h"
#include "contract_file.h"
#include "csm/core/error.h"
#include "csm/core/hash.h"
#include "csm/core/text.h"
#include "csm/model/backend.h"
#include "csm/model/transfer.h"
#include "request_budget.h"
#include "tensor_message.h"
#include "wire_input.h"

namespace csm {
namespace {

constexpr std::size_t spare_answer_bytes = 1 << 20;  // for the JSON of an answer

ContractText find_contract(const ModelOptions& options, const ModelMetadata& metadata) {
  if (!options.contract.empty()) return read_contract_file(options.contract);
  const std::string place = options.model.string();
  if (metadata.contract.empty()) {
    throw InputError({"the model '" + place + "' brings no contract along",
                      "without it nobody knows the input size, the normalisation and the classes",
                      "Give one with --contract FILE (docs/black_box.md)."});
  }
  return {.contract = parse_contract(metadata.contract, place), .json = metadata.contract};
}

std::vector<std::string> names_of_ports(const std::vector<TensorPort>& ports) {
  std::vector<std::string> names;
  names.reserve(ports.size());
  for (const TensorPort& port : ports) names.push_back(port.name);
  return names;
}

}  // namespace

/// What changes while the model is asked.
class ServiceBackend::Session {
 public:
  /// @param identity of model and contract, for the answers that are kept
  Session(const ModelOptions& options, std::unique_ptr<InferenceChannel> channel,
          const ModelContract& contract, const std::string& identity)
      : place_(options.model.string()),
        contract_(contract),
        channel_(std::move(channel)),
        input_(only_input(channel_->metadata())),
        wire_(input_, contract.input),
        names_(names_of_outputs(names_of_ports(channel_->metadata().outputs), contract)),
        budget_(options) {
    for (const OutputContract& output : contract.outputs) n_floats_ += output.size;
    if (!options.answers.empty())
      store_.emplace(options.answers, identity, static_cast<std::size_t>(n_floats_));
  }

  std::vector<at::Tensor> outputs(const at::Tensor& batch, int asking);

  std::int64_t requests_for(std::int64_t n_images) const {
    if (n_images == 0) return 0;
    const std::int64_t n_each = images_per_request(n_images);
    return (n_images + n_each - 1) / n_each;
  }

  ModelUse use() const {
    return {.n_requests = budget_.n_spent(), .n_answered = n_answered_, .n_kept = n_kept_};
  }

 private:
  static const TensorPort& only_input(const ModelMetadata& metadata) {
    if (metadata.inputs.size() != 1)
      throw MessageFault("names " + std::to_string(metadata.inputs.size()) +
                         " inputs, a model of faces has one");
    return metadata.inputs.front();
  }

  /// Images in each request: as many requests as may be on their way at once share a batch.
  std::int64_t images_per_request(std::int64_t n_images) const {
    const std::int64_t n = (n_images + channel_->n_in_flight() - 1) / channel_->n_in_flight();
    return wire_.largest_batch() > 0 ? std::min(n, wire_.largest_batch()) : n;
  }

  /// What names each image of a batch in the store.
  std::vector<AnswerKey> keys_of(const at::Tensor& packed, int asking) const;

  InferRequest request_for(std::span<const std::int64_t> shape, std::string_view bytes) const;

  /// (n_images x size) of each output of the contract.
  std::vector<at::Tensor> ask(const at::Tensor& packed);
  void take_answer(const TensorMessage& message, std::int64_t first, std::int64_t n_images,
                   std::vector<at::Tensor>& outputs) const;
  void check_tensor(const AnswerTensor& tensor, const OutputContract& promised,
                    std::int64_t n_images) const;

  std::string place_;
  const ModelContract& contract_;
  std::unique_ptr<InferenceChannel> channel_;
  TensorPort input_;
  WireInput wire_;
  std::vector<std::string> names_;  ///< of the contract's outputs, as the model names them
  RequestBudget budget_;
  std::int64_t n_floats_ = 0;  ///< of all outputs of an image
  std::optional<AnswerStore> store_;
  std::int64_t n_answered_ = 0;
  std::int64_t n_kept_ = 0;
};

void ServiceBackend::Session::check_tensor(const AnswerTensor& tensor,
                                           const OutputContract& promised,
                                           std::int64_t n_images) const {
  const bool fits = !tensor.shape.empty() && tensor.shape[0] == n_images &&
                    static_cast<std::int64_t>(tensor.values.size()) == n_images * promised.size;
  if (!fits) {
    std::vector<std::string> sides;
    for (const std::int64_t side : tensor.shape) sides.push_back(std::to_string(side));
    throw ServiceError({"the model '" + place_ + "' answers " + std::to_string(n_images) +
                            " images with '" + promised.name + "' of shape (" + join(sides) +
                            "), its contract promises " + std::to_string(n_images) + " x " +
                            std::to_string(promised.size),
                        "", "Correct `outputs` of the contract, or the model."});
  }
  if (tensor.is_whole_numbers && promised.kind != OutputKind::ignored) {
    throw ServiceError(
        {"the model '" + place_ + "' answers with whole numbers for '" + promised.name + "'",
         "a decision changes at no place or at once",
         "Let it give its scores or probabilities as FP32."});
  }
}

void ServiceBackend::Session::take_answer(const TensorMessage& message, std::int64_t first,
                                          std::int64_t n_images,
                                          std::vector<at::Tensor>& outputs) const {
  const std::vector<AnswerTensor> tensors = parse_answer(message);
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const auto found = std::find_if(tensors.begin(), tensors.end(),
                                    [&](const AnswerTensor& t) { return t.name == names_[i]; });
    if (found == tensors.end()) throw MessageFault("holds no tensor '" + names_[i] + "'");
    check_tensor(*found, contract_.outputs[i], n_images);
    std::copy(found->values.begin(), found->values.end(),
              outputs[i][first].mutable_data_ptr<float>());
  }
}

InferRequest ServiceBackend::Session::request_for(std::span<const std::int64_t> shape,
                                                  std::string_view bytes) const {
  // Numbers in the JSON of an answer take some 25 characters each.
  const std::size_t largest =
      spare_answer_bytes + 32 * static_cast<std::size_t>(shape[0] * n_floats_);
  if (channel_->takes_binary()) {
    return {.json = infer_request_json(input_, shape, bytes.size(), names_),
            .binary = bytes,
            .largest_answer = largest};
  }
  return {.json = infer_request_with_data(input_, shape, bytes, names_),
          .binary = {},
          .largest_answer = largest};
}

std::vector<at::Tensor> ServiceBackend::Session::ask(const at::Tensor& packed) {
  const std::int64_t n_images = packed.size(0);
  const std::int64_t n_each = images_per_request(n_images);
  std::vector<at::Tensor> outputs;
  for (const OutputContract& output : contract_.outputs)
    outputs.push_back(at::empty({n_images, output.size}, at::kFloat));

  // Requests of equal size but for the last.
  std::vector<InferRequest> requests;
  const std::size_t n_bytes = packed[0].nbytes();
  for (std::int64_t first = 0; first < n_images; first += n_each) {
    const std::int64_t n = std::min(n_each, n_images - first);
    std::vector<std::int64_t> shape = packed.sizes().vec();
    shape[0] = n;
    const std::string_view binary(static_cast<const char*>(packed[first].const_data_ptr()),
                                  static_cast<std::size_t>(n) * n_bytes);
    requests.push_back(request_for(shape, binary));
  }
  const std::vector<TensorMessage> answers = channel_->ask(requests, [this] { budget_.spend(); });

  try {
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const std::int64_t first = static_cast<std::int64_t>(i) * n_each;
      take_answer(answers[i], first, std::min(n_each, n_images - first), outputs);
    }
  } catch (const MessageFault& fault) {
    throw ServiceError({"the answer of the model '" + place_ + "' " + fault.what(), "",
                        "It must keep to the Open Inference Protocol (docs/black_box.md)."});
  } catch (const ModelRefusal& refusal) {
    throw ServiceError({"the model '" + place_ + "' failed on " + std::to_string(n_each) +
                            (n_each == 1 ? " image" : " images"),
                        refusal.what(), "Mend the model and run the same command again."});
  }
  n_answered_ += n_images;
  return outputs;
}

std::vector<AnswerKey> ServiceBackend::Session::keys_of(const at::Tensor& packed,
                                                        int asking) const {
  constexpr int copy_step = 10'000;  // copies of one image in a batch are askings of their own
  std::vector<AnswerKey> keys;
  std::map<AnswerKey, int> n_copies;
  for (std::int64_t i = 0; i < packed.size(0); ++i) {
    const std::string_view bytes(static_cast<const char*>(packed[i].const_data_ptr()),
                                 packed[i].nbytes());
    const AnswerKey key = answer_key(bytes, asking);
    const int n_before = n_copies[key]++;
    keys.push_back(n_before == 0 ? key : answer_key(bytes, asking + copy_step * n_before));
  }
  return keys;
}

std::vector<at::Tensor> ServiceBackend::Session::outputs(const at::Tensor& batch, int asking) {
  const at::Tensor packed = wire_.pack(batch);
  if (!store_) return ask(packed);

  // What was answered before is taken from the store.
  const std::vector<AnswerKey> keys = keys_of(packed, asking);
  at::Tensor rows = at::empty({packed.size(0), n_floats_}, at::kFloat);
  std::vector<std::int64_t> missing;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    if (const auto kept = store_->find(keys[i])) {
      std::copy(kept->begin(), kept->end(), rows[row].mutable_data_ptr<float>());
    } else {
      missing.push_back(row);
    }
  }
  n_kept_ += packed.size(0) - static_cast<std::int64_t>(missing.size());

  // The rest is asked for, and kept.
  if (!missing.empty()) {
    const at::Tensor places = at::tensor(missing);
    const at::Tensor answers = at::cat(ask(packed.index_select(0, places)), 1);
    rows.index_copy_(0, places, answers);
    for (std::size_t i = 0; i < missing.size(); ++i)
      store_->add(keys[static_cast<std::size_t>(missing[i])],
                  values_of(answers[static_cast<std::int64_t>(i)]));
    store_->flush();
  }
  std::vector<at::Tensor> outputs;
  std::int64_t first = 0;
  for (const OutputContract& output : contract_.outputs) {
    outputs.push_back(rows.narrow(1, first, output.size).contiguous());
    first += output.size;
  }
  return outputs;
}

ServiceBackend::ServiceBackend(const ModelOptions& options,
                               std::unique_ptr<InferenceChannel> channel)
    : path_(options.model), kind_(channel->kind()) {
  const ModelMetadata& metadata = channel->metadata();
  ContractText found = find_contract(options, metadata);
  contract_ = std::move(found.contract);
  contract_sha256_ = csm::sha256(found.json);
  sha256_ = csm::sha256(options.model.string() + "\n" + metadata.identity);
  try {
    session_ = std::make_unique<Session>(options, std::move(channel), contract_,
                                         csm::sha256(sha256_ + contract_sha256_));
  } catch (const MessageFault& fault) {
    throw InputError({"the metadata of the model '" + path_.string() + "' " + fault.what(), "",
                      "Correct the contract or the model."});
  }
}

ServiceBackend::~ServiceBackend() = default;

ModelCapabilities ServiceBackend::capabilities() const {
  return {.has_layers = false,
          .has_gradients = false,
          .runs_operators = false,
          .is_repeatable = false,
          .may_lose_face = true,
          .has_requests = true};
}

ModelUse ServiceBackend::use() const { return session_->use(); }

std::int64_t ServiceBackend::requests_for(std::int64_t n_images) const {
  return session_->requests_for(n_images);
}

std::vector<at::Tensor> ServiceBackend::outputs(const at::Tensor& batch) const {
  return outputs_of_asking(batch, 0);
}

std::vector<at::Tensor> ServiceBackend::outputs_of_asking(const at::Tensor& batch,
                                                          int asking) const {
  return session_->outputs(batch, asking);
}

}  // namespace csm
