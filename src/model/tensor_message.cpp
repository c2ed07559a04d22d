#include "tensor_message.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "csm/core/error.h"
#include "csm/core/text.h"

namespace csm {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t largest_side = 1 << 26;

Json parse_object(std::string_view text, const char* what) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded() || !json.is_object())
    throw MessageFault(std::string("is not the JSON of ") + what + ": '" + quote_outside(text) +
                       "'");
  return json;
}

std::vector<std::int64_t> read_shape(const Json& tensor, std::int64_t lowest) {
  std::vector<std::int64_t> shape;
  if (!tensor.contains("shape") || !tensor["shape"].is_array())
    throw MessageFault("gives a tensor without its shape");
  for (const Json& side : tensor["shape"]) {
    if (!side.is_number_integer() || side.get<std::int64_t>() < lowest ||
        side.get<std::int64_t>() > largest_side)
      throw MessageFault("gives the shape " + quote_outside(tensor["shape"].dump()));
    shape.push_back(side.get<std::int64_t>());
  }
  return shape;
}

std::string read_text(const Json& tensor, const char* field) {
  if (!tensor.is_object() || !tensor.contains(field) || !tensor[field].is_string())
    throw MessageFault(std::string("gives a tensor without its ") + field);
  return tensor[field].get<std::string>();
}

std::vector<TensorPort> read_ports(const Json& metadata, const char* field) {
  if (!metadata.contains(field) || !metadata[field].is_array() || metadata[field].empty())
    throw MessageFault(std::string("lists no `") + field + "`");
  std::vector<TensorPort> ports;
  for (const Json& port : metadata[field]) {
    ports.push_back({.name = read_text(port, "name"),
                     .datatype = read_text(port, "datatype"),
                     .shape = read_shape(port, -1)});
  }
  return ports;
}

template <class Value>
std::vector<float> to_floats(std::string_view bytes) {
  std::vector<float> values(bytes.size() / sizeof(Value));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Value value;
    std::memcpy(&value, bytes.data() + i * sizeof(Value), sizeof(Value));
    values[i] = static_cast<float>(value);
  }
  return values;
}

struct Datatype {
  const char* name;
  std::size_t n_bytes;
  bool is_whole;
  std::vector<float> (*read)(std::string_view bytes);
};

constexpr Datatype datatypes[] = {{"FP32", 4, false, to_floats<float>},
                                  {"FP64", 8, false, to_floats<double>},
                                  {"INT64", 8, true, to_floats<std::int64_t>},
                                  {"INT32", 4, true, to_floats<std::int32_t>},
                                  {"UINT8", 1, true, to_floats<std::uint8_t>}};

const Datatype& find_datatype(const std::string& name) {
  for (const Datatype& datatype : datatypes) {
    if (datatype.name == name) return datatype;
  }
  throw MessageFault("has the datatype '" + quote_outside(name) +
                     "'; read are FP32, FP64, INT64, INT32 and UINT8");
}

/// The numbers of `data`, nested or flat.
void append_data(const Json& data, std::vector<float>& values) {
  if (data.is_array()) {
    for (const Json& element : data) append_data(element, values);
  } else if (data.is_number()) {
    values.push_back(data.get<float>());
  } else if (data.is_null()) {  // JSON has no NaN
    values.push_back(std::numeric_limits<float>::quiet_NaN());
  } else {
    throw MessageFault("holds '" + quote_outside(data.dump()) + "' among its numbers");
  }
}

/// The bytes of the tensor after the JSON; none if its numbers are in the JSON.
std::optional<std::size_t> binary_size(const Json& tensor) {
  if (!tensor.contains("parameters") || !tensor["parameters"].is_object() ||
      !tensor["parameters"].contains("binary_data_size"))
    return std::nullopt;
  const Json& size = tensor["parameters"]["binary_data_size"];
  if (!size.is_number_unsigned()) throw MessageFault("has a `binary_data_size` that is not a size");
  return size.get<std::size_t>();
}

/// The numbers of a batch, a comma between two. It has millions of them, so they are written here
/// and not by the JSON library.
std::string numbers_text(const InputTensor& input) {
  std::string data;
  const auto append = [&data](auto value) {
    std::array<char, 32> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    CSM_EXPECT(error == std::errc());
    if (!data.empty()) data += ',';
    data.append(text.data(), end);
  };
  if (input.port.datatype == "UINT8") {
    data.reserve(4 * input.bytes.size());
    for (const char byte : input.bytes) append(static_cast<int>(static_cast<unsigned char>(byte)));
  } else {
    for (const float value : to_floats<float>(input.bytes)) append(value);
  }
  return data;
}

}  // namespace

std::string quote_outside(std::string_view text) {
  constexpr std::size_t n_shown = 200;
  std::string shown(text.substr(0, n_shown));
  std::replace_if(
      shown.begin(), shown.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }, ' ');
  // A cut in the middle of a character of several bytes would leave no UTF-8.
  while (shown.size() == n_shown && !shown.empty() && (shown.back() & 0x80) != 0) shown.pop_back();
  const std::size_t end = shown.find_last_not_of(' ');
  return shown.substr(0, end == std::string::npos ? 0 : end + 1) +
         (text.size() > n_shown ? " ..." : "");
}

ModelMetadata parse_metadata(std::string_view json) {
  const Json root = parse_object(json, "a model's metadata");
  if (root.contains("error")) throw ModelRefusal(quote_outside(root["error"].dump()));
  ModelMetadata metadata;
  metadata.name = root.contains("name") && root["name"].is_string() ? root["name"] : Json("model");
  metadata.inputs = read_ports(root, "inputs");
  metadata.outputs = read_ports(root, "outputs");
  Json identity;
  for (const char* field : {"name", "versions", "platform", "inputs", "outputs"}) {
    if (root.contains(field)) identity[field] = root[field];
  }
  metadata.identity = identity.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (root.contains("contract") && root["contract"].is_object())
    metadata.contract = root["contract"].dump();
  return metadata;
}

std::string infer_request_json(std::span<const InputTensor> inputs,
                               std::span<const std::string> outputs) {
  Json sent = Json::array();
  for (const InputTensor& input : inputs)
    sent.push_back({{"name", input.port.name},
                    {"shape", input.shape},
                    {"datatype", input.port.datatype},
                    {"parameters", {{"binary_data_size", input.bytes.size()}}}});
  Json wanted = Json::array();
  for (const std::string& name : outputs)
    wanted.push_back({{"name", name}, {"parameters", {{"binary_data", true}}}});
  return Json{{"inputs", sent}, {"outputs", wanted}}.dump();
}

std::string infer_request_with_data(std::span<const InputTensor> inputs,
                                    std::span<const std::string> outputs) {
  std::string sent;
  for (const InputTensor& input : inputs) {
    if (!sent.empty()) sent += ',';
    sent += R"({"name":)" + Json(input.port.name).dump() + R"(,"shape":)" +
            Json(input.shape).dump() + R"(,"datatype":)" + Json(input.port.datatype).dump() +
            R"(,"data":[)" + numbers_text(input) + "]}";
  }
  Json wanted = Json::array();
  for (const std::string& name : outputs) wanted.push_back({{"name", name}});
  return R"({"inputs":[)" + sent + R"(],"outputs":)" + wanted.dump() + "}";
}

std::string shape_text(std::span<const std::int64_t> shape) {
  std::vector<std::string> sides;
  for (const std::int64_t side : shape) sides.push_back(std::to_string(side));
  return "(" + join(sides, " x ") + ")";
}

bool may_take_binary(std::string_view server_metadata) {
  const Json root = Json::parse(server_metadata, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object() || !root.contains("extensions") || !root["extensions"].is_array())
    return true;
  const Json& extensions = root["extensions"];
  return std::find(extensions.begin(), extensions.end(), "binary_tensor_data") != extensions.end();
}

std::vector<AnswerTensor> parse_answer(const TensorMessage& message) {
  const Json root = parse_object(message.json, "an answer");
  if (root.contains("error")) {
    const Json& error = root["error"];
    throw ModelRefusal(quote_outside(error.is_string() ? error.get<std::string>() : error.dump()));
  }
  if (!root.contains("outputs") || !root["outputs"].is_array())
    throw MessageFault("lists no `outputs`");

  std::vector<AnswerTensor> tensors;
  std::size_t begin = 0;
  for (const Json& entry : root["outputs"]) {
    AnswerTensor tensor;
    tensor.name = read_text(entry, "name");
    tensor.shape = read_shape(entry, 0);
    const Datatype& datatype = find_datatype(read_text(entry, "datatype"));
    tensor.is_whole_numbers = datatype.is_whole;

    // The values follow the JSON as bytes, one tensor after the other, or are numbers in it.
    if (const std::optional<std::size_t> size = binary_size(entry)) {
      if (*size > message.binary.size() - begin || *size % datatype.n_bytes != 0)
        throw MessageFault("promises " + std::to_string(*size) + " bytes of '" +
                           quote_outside(tensor.name) + "' and holds " +
                           std::to_string(message.binary.size() - begin));
      tensor.values = datatype.read(std::string_view(message.binary).substr(begin, *size));
      begin += *size;
    } else if (entry.contains("data")) {
      append_data(entry["data"], tensor.values);
    }

    double n_promised = 1;  // a product of sides from outside may be larger than any integer
    for (const std::int64_t side : tensor.shape) n_promised *= static_cast<double>(side);
    if (n_promised != static_cast<double>(tensor.values.size()))
      throw MessageFault("promises the shape " + entry["shape"].dump() + " of '" +
                         quote_outside(tensor.name) + "' and holds " +
                         std::to_string(tensor.values.size()) + " numbers");
    tensors.push_back(std::move(tensor));
  }

  if (begin != message.binary.size())
    throw MessageFault("has " + std::to_string(message.binary.size() - begin) +
                       " bytes that belong to no tensor");
  return tensors;
}

std::vector<std::string> names_of_outputs(std::span<const std::string> there,
                                          const ModelContract& contract) {
  const auto is_there = [&](const std::string& name) {
    return std::find(there.begin(), there.end(), name) != there.end();
  };
  std::vector<std::string> names;
  for (const OutputContract& output : contract.outputs) names.push_back(output.name);
  if (std::all_of(names.begin(), names.end(), is_there)) return names;
  if (there.size() != names.size()) {
    throw MessageFault("names the outputs " + quote_outside(join(there)) + ", the contract names " +
                       join(names));
  }
  return {there.begin(), there.end()};
}

}  // namespace csm
