#pragma once
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "csm/model/contract.h"

namespace csm {

/// One input or output of a model as its metadata names it.
struct TensorPort {
  std::string name;
  std::string datatype;             ///< "UINT8", "FP32", ...
  std::vector<std::int64_t> shape;  ///< -1: free

  bool operator==(const TensorPort&) const = default;
};

/// What a model tells of itself: the answer to GET v2/models/M of the Open Inference Protocol.
struct ModelMetadata {
  std::string name;
  std::string identity;  ///< what distinguishes it: name, versions, platform, inputs, outputs
  std::vector<TensorPort> inputs;
  std::vector<TensorPort> outputs;
  std::string contract;  ///< JSON text of a contract that it brings along; empty: none
};

/// Errors: MessageFault that says what is wrong with the text.
ModelMetadata parse_metadata(std::string_view json);

/// A message of the protocol: JSON, and after it the tensors' bytes (its binary extension).
struct TensorMessage {
  std::string json;
  std::string binary;
};

/// A message that does not keep to the protocol: the rest of the sentence "the answer ...".
class MessageFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The model's own message of why it gives no answer.
class ModelRefusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A batch for one input of a model.
struct InputTensor {
  const TensorPort& port;
  std::vector<std::int64_t> shape;
  std::string_view bytes;  ///< of the port's datatype, UINT8 or FP32; valid while it is used
};

/// The request for the outputs of a batch; the bytes of the inputs are sent after it in their
/// order.
std::string infer_request_json(std::span<const InputTensor> inputs,
                               std::span<const std::string> outputs);

/// The same with the batch's numbers in the JSON, for a model that knows no binary tensors.
std::string infer_request_with_data(std::span<const InputTensor> inputs,
                                    std::span<const std::string> outputs);

/// A shape as a message shows it: "(2 x 3)".
std::string shape_text(std::span<const std::int64_t> shape);

/// Whether a server's metadata (GET v2) say that it knows the binary tensor data extension; one
/// that lists no extensions may.
bool may_take_binary(std::string_view server_metadata);

/// One tensor of an answer.
struct AnswerTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;
  bool is_whole_numbers = false;
};

/// The tensors of an answer. Whole numbers and numbers of 64 bits are read as float32.
/// Errors: MessageFault; ModelRefusal if the model says that it failed.
std::vector<AnswerTensor> parse_answer(const TensorMessage& message);

/// The start of a text from outside, printable, for a message: at most 200 characters.
std::string quote_outside(std::string_view text);

/// The names that a model gives to the outputs of its contract, in the contract's order: the same
/// names, or if not all are there and the numbers are equal, those in the same places.
/// @param there names of the model's outputs
/// Errors: MessageFault if they cannot be told apart.
std::vector<std::string> names_of_outputs(std::span<const std::string> there,
                                          const ModelContract& contract);

}  // namespace csm
