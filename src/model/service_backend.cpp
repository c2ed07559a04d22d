#include "service_backend.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>
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

/// The bytes of n images of a batch. @pre the batch is contiguous
std::string_view bytes_of(const at::Tensor& batch, std::int64_t first, std::int64_t n) {
  const std::size_t n_bytes = batch[0].nbytes();
  return {static_cast<const char*>(batch[first].const_data_ptr()),
          static_cast<std::size_t>(n) * n_bytes};
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
        ports_(ports_of_inputs(channel_->metadata(), contract)),
        wires_(wires_of(ports_, contract)),
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
  static std::vector<TensorPort> ports_of_inputs(const ModelMetadata& metadata,
                                                 const ModelContract& contract) {
    if (std::ssize(metadata.inputs) == n_images_of_input(contract)) return metadata.inputs;
    throw MessageFault("names " + std::to_string(metadata.inputs.size()) +
                       " inputs, a model of the role " + to_string(contract.role) + " has " +
                       std::to_string(n_images_of_input(contract)));
  }

  static std::vector<WireInput> wires_of(const std::vector<TensorPort>& ports,
                                         const ModelContract& contract) {
    std::vector<WireInput> wires;
    wires.reserve(ports.size());
    for (const TensorPort& port : ports) wires.emplace_back(port, contract.input);
    return wires;
  }

  /// Images in each request: as many requests as may be on their way at once share a batch.
  std::int64_t images_per_request(std::int64_t n_images) const {
    const std::int64_t n = (n_images + channel_->n_in_flight() - 1) / channel_->n_in_flight();
    std::int64_t n_each = n;
    for (const WireInput& wire : wires_)
      if (wire.largest_batch() > 0) n_each = std::min(n_each, wire.largest_batch());
    return n_each;
  }

  /// What the model's inputs get, a batch each.
  using Packed = std::vector<at::Tensor>;

  /// What names each image (or pair) of a batch in the store.
  std::vector<AnswerKey> keys_of(const Packed& packed, int asking) const;

  /// The request for n images, and what holds its bytes if they do not lie together.
  InferRequest request_for(const Packed& packed, std::int64_t first, std::int64_t n,
                           std::string& storage) const;

  /// Asks for the (n_images x n_floats) values of all outputs beside each other. Calls
  /// on_rows(first, n) for each part of them that is there.
  using OnRows = std::function<void(std::int64_t first, std::int64_t n)>;
  void ask(const Packed& packed, at::Tensor& rows, const OnRows& on_rows);
  void take_answer(const TensorMessage& message, const at::Tensor& rows) const;
  void check_tensor(const AnswerTensor& tensor, const OutputContract& promised,
                    std::int64_t n_images) const;

  /// (n_images x size) of each output of the contract.
  std::vector<at::Tensor> split_rows(const at::Tensor& rows) const;

  std::string place_;
  const ModelContract& contract_;
  std::unique_ptr<InferenceChannel> channel_;
  std::vector<TensorPort> ports_;
  std::vector<WireInput> wires_;    ///< like ports_
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
    throw ServiceError({"the model '" + place_ + "' answers " + std::to_string(n_images) +
                            " images with '" + promised.name + "' of shape " +
                            shape_text(tensor.shape) + ", its contract promises " +
                            std::to_string(n_images) + " x " + std::to_string(promised.size),
                        "", "Correct `outputs` of the contract, or the model."});
  }
  if (tensor.is_whole_numbers && promised.kind != OutputKind::ignored) {
    throw ServiceError(
        {"the model '" + place_ + "' answers with whole numbers for '" + promised.name + "'",
         "a decision changes at no place or at once",
         "Let it give its scores or probabilities as FP32."});
  }
}

void ServiceBackend::Session::take_answer(const TensorMessage& message,
                                          const at::Tensor& rows) const {
  const std::vector<AnswerTensor> tensors = parse_answer(message);
  std::int64_t column = 0;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const auto found = std::find_if(tensors.begin(), tensors.end(),
                                    [&](const AnswerTensor& t) { return t.name == names_[i]; });
    if (found == tensors.end()) throw MessageFault("holds no tensor '" + names_[i] + "'");
    const OutputContract& promised = contract_.outputs[i];
    check_tensor(*found, promised, rows.size(0));
    rows.narrow(1, column, promised.size)
        .copy_(at::tensor(found->values).reshape({rows.size(0), promised.size}));
    column += promised.size;
  }
}

InferRequest ServiceBackend::Session::request_for(const Packed& packed, std::int64_t first,
                                                  std::int64_t n, std::string& storage) const {
  std::vector<InputTensor> inputs;
  for (std::size_t i = 0; i < packed.size(); ++i) {
    std::vector<std::int64_t> shape = packed[i].sizes().vec();
    shape[0] = n;
    inputs.push_back({.port = ports_[i], .shape = shape, .bytes = bytes_of(packed[i], first, n)});
  }

  // Numbers in the JSON of an answer take some 25 characters each.
  InferRequest request{
      .json = {},
      .binary = {},
      .largest_answer = spare_answer_bytes + 32 * static_cast<std::size_t>(n * n_floats_)};
  if (!channel_->takes_binary()) {
    request.json = infer_request_with_data(inputs, names_);
    return request;
  }
  request.json = infer_request_json(inputs, names_);
  request.binary = inputs.front().bytes;
  if (inputs.size() == 1) return request;
  for (const InputTensor& input : inputs) storage += input.bytes;
  request.binary = storage;
  return request;
}

void ServiceBackend::Session::ask(const Packed& packed, at::Tensor& rows, const OnRows& on_rows) {
  // Requests of equal size but for the last.
  const std::int64_t n_images = packed.front().size(0);
  const std::int64_t n_each = images_per_request(n_images);
  const auto n_requests = static_cast<std::size_t>((n_images + n_each - 1) / n_each);
  std::vector<std::string> storage(n_requests);
  std::vector<InferRequest> requests;
  const auto n_images_of = [&](std::size_t i) {
    return std::min(n_each, n_images - static_cast<std::int64_t>(i) * n_each);
  };
  for (std::size_t i = 0; i < n_requests; ++i)
    requests.push_back(
        request_for(packed, static_cast<std::int64_t>(i) * n_each, n_images_of(i), storage[i]));

  // An answer is taken when it is there: what comes before a failure is not lost.
  const auto take = [&](std::size_t i, const TensorMessage& answer) {
    const std::int64_t first = static_cast<std::int64_t>(i) * n_each;
    take_answer(answer, rows.narrow(0, first, n_images_of(i)));
    n_answered_ += n_images_of(i);
    on_rows(first, n_images_of(i));
  };
  try {
    channel_->ask(requests, {.before_send = [this] { budget_.spend(); }, .take = take});
  } catch (const MessageFault& fault) {
    throw ServiceError({"the answer of the model '" + place_ + "' " + fault.what(), "",
                        "It must keep to the Open Inference Protocol (docs/black_box.md)."});
  } catch (const ModelRefusal& refusal) {
    throw ServiceError({"the model '" + place_ + "' failed on " + std::to_string(n_each) +
                            (n_each == 1 ? " image" : " images"),
                        refusal.what(), "Mend the model and run the same command again."});
  }
}

std::vector<AnswerKey> ServiceBackend::Session::keys_of(const Packed& packed, int asking) const {
  constexpr int copy_step = 10'000;  // copies of one image in a batch are askings of their own
  std::vector<AnswerKey> keys;
  std::map<AnswerKey, int> n_copies;
  for (std::int64_t i = 0; i < packed.front().size(0); ++i) {
    std::string bytes;
    for (const at::Tensor& input : packed) bytes += bytes_of(input, i, 1);
    const AnswerKey key = answer_key(bytes, asking);
    const int n_before = n_copies[key]++;
    keys.push_back(n_before == 0 ? key : answer_key(bytes, asking + copy_step * n_before));
  }
  return keys;
}

std::vector<at::Tensor> ServiceBackend::Session::outputs(const at::Tensor& batch, int asking) {
  Packed packed;
  for (std::size_t i = 0; i < wires_.size(); ++i)
    packed.push_back(wires_[i].pack(batch.narrow(1, 3 * static_cast<std::int64_t>(i), 3)));
  at::Tensor rows = at::empty({batch.size(0), n_floats_}, at::kFloat);
  if (!store_) {
    ask(packed, rows, [](std::int64_t, std::int64_t) {});
    return split_rows(rows);
  }

  // What was answered before is taken from the store.
  const std::vector<AnswerKey> keys = keys_of(packed, asking);
  std::vector<std::int64_t> missing;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    if (const auto kept = store_->find(keys[i])) {
      std::copy(kept->begin(), kept->end(), rows[row].mutable_data_ptr<float>());
    } else {
      missing.push_back(row);
    }
  }
  n_kept_ += batch.size(0) - static_cast<std::int64_t>(missing.size());
  if (missing.empty()) return split_rows(rows);

  // The rest is asked for, and kept.
  const at::Tensor places = at::tensor(missing);
  Packed asked;
  for (const at::Tensor& input : packed) asked.push_back(input.index_select(0, places));
  at::Tensor answers = at::empty({std::ssize(missing), n_floats_}, at::kFloat);
  ask(asked, answers, [&](std::int64_t first, std::int64_t n) {
    for (std::int64_t i = first; i < first + n; ++i)
      store_->add(keys[static_cast<std::size_t>(missing[static_cast<std::size_t>(i)])],
                  values_of(answers[i]));
    store_->flush();
  });
  rows.index_copy_(0, places, answers);
  return split_rows(rows);
}

std::vector<at::Tensor> ServiceBackend::Session::split_rows(const at::Tensor& rows) const {
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
          .takes_pairs = contract_.role == ModelRole::pair,
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
