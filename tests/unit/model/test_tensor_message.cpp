#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "tensor_message.h"

namespace csm {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string bytes_of(const std::vector<float>& values) {
  std::string bytes(values.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::string fault_of(const TensorMessage& message) {
  try {
    parse_answer(message);
  } catch (const MessageFault& fault) {
    return fault.what();
  }
  return "no fault";
}

TEST(TensorMessage, holds_tensors_one_after_the_other) {
  const auto tensors = parse_answer({R"({"outputs": [
             {"name": "a", "datatype": "FP32", "shape": [1, 2], "parameters": {"binary_data_size": 8}},
             {"name": "b", "datatype": "FP32", "shape": [3], "parameters": {"binary_data_size": 12}}]})",
                                     bytes_of({1, 2, 3, 4, 5})});
  ASSERT_EQ(tensors.size(), 2);
  EXPECT_THAT(tensors[0].values, ElementsAre(1, 2));
  EXPECT_THAT(tensors[0].shape, ElementsAre(1, 2));
  EXPECT_THAT(tensors[1].values, ElementsAre(3, 4, 5));
}

TEST(TensorMessage, may_hold_its_numbers_in_the_json) {
  const auto tensors = parse_answer(
      {R"({"outputs": [{"name": "a", "datatype": "FP64", "shape": [2, 2], "data": [[1, null], [3, 4.5]]}]})",
       ""});
  EXPECT_EQ(tensors[0].values[3], 4.5F);
  EXPECT_TRUE(std::isnan(tensors[0].values[1]));
}

TEST(TensorMessage, that_does_not_hold_what_it_promises_is_refused) {
  const std::string tensor =
      R"({"outputs": [{"name": "a", "datatype": "FP32", "shape": [2], "parameters": {"binary_data_size": 8}}]})";
  EXPECT_THAT(fault_of({tensor, bytes_of({1})}), HasSubstr("promises 8 bytes"));
  EXPECT_THAT(fault_of({tensor, bytes_of({1, 2, 3})}), HasSubstr("belong to no tensor"));
  EXPECT_THAT(
      fault_of(
          {R"({"outputs": [{"name": "a", "datatype": "FP32", "shape": [3], "data": [1]}]})", ""}),
      HasSubstr("holds 1 numbers"));
  EXPECT_THAT(
      fault_of({R"({"outputs": [{"name": "a", "datatype": "BYTES", "shape": [1], "data": ["x"]}]})",
                ""}),
      HasSubstr("BYTES"));
  EXPECT_THAT(
      fault_of(
          {R"({"outputs": [{"name": "a", "datatype": "FP32", "shape": [-1], "data": []}]})", ""}),
      HasSubstr("shape"));
  EXPECT_THAT(fault_of({"<html>", ""}), HasSubstr("is not the JSON"));
  EXPECT_THAT(fault_of({"{}", ""}), HasSubstr("lists no `outputs`"));
}

TEST(TensorMessage, that_is_a_refusal_carries_the_models_message) {
  EXPECT_THROW(parse_answer({R"({"error": "out of memory"})", ""}), ModelRefusal);
}

TEST(TensorMessage, may_carry_the_pixels_of_a_request_in_the_json) {
  const TensorPort input{.name = "i\"", .datatype = "UINT8", .shape = {-1, 1, 1, 3}};
  const std::vector<InputTensor> pixels = {
      {.port = input, .shape = {1, 1, 1, 3}, .bytes = std::string_view("\x00\xff\x07", 3)}};
  const std::vector<std::string> outputs = {"o"};
  EXPECT_EQ(infer_request_with_data(pixels, outputs),
            R"({"inputs":[{"name":"i\"","shape":[1,1,1,3],"datatype":"UINT8","data":[0,255,7]}],)"
            R"("outputs":[{"name":"o"}]})");
  const TensorPort port{.name = "i", .datatype = "FP32", .shape = {-1, 1}};
  const std::string bytes = bytes_of({0.1F, -2});
  const InputTensor numbers{.port = port, .shape = {2, 1}, .bytes = bytes};
  EXPECT_THAT(infer_request_with_data(std::vector{numbers}, outputs),
              HasSubstr("\"data\":[0.1,-2]"));

  // Of a pair one after the other, in the JSON or after it.
  EXPECT_THAT(infer_request_with_data(std::vector{pixels[0], numbers}, outputs),
              HasSubstr("\"data\":[0,255,7]},{\"name\":\"i\""));
  EXPECT_THAT(infer_request_json(std::vector{pixels[0], numbers}, outputs),
              AllOf(HasSubstr("{\"binary_data_size\":3}"), HasSubstr("{\"binary_data_size\":8}")));
}

TEST(TensorMessage, is_binary_unless_the_server_lists_other_extensions) {
  EXPECT_TRUE(may_take_binary(R"({"extensions": ["binary_tensor_data"]})"));
  EXPECT_FALSE(may_take_binary(R"({"name": "mlserver", "extensions": []})"));
  EXPECT_TRUE(may_take_binary("{}"));
  EXPECT_TRUE(may_take_binary("<html>"));
}

TEST(ModelMetadata, is_told_apart_by_what_the_model_says_of_itself) {
  const std::string text = R"({"name": "m", "versions": ["1"], "contract": {"name": "x"},
      "inputs": [{"name": "i", "datatype": "UINT8", "shape": [-1, 2, 3, 3]}],
      "outputs": [{"name": "o", "datatype": "FP32", "shape": [-1, 2]}]})";
  const ModelMetadata metadata = parse_metadata(text);
  EXPECT_THAT(metadata.inputs[0].shape, ElementsAre(-1, 2, 3, 3));
  EXPECT_THAT(metadata.contract, HasSubstr("\"x\""));
  std::string other = text;
  other.replace(other.find("\"1\""), 3, "\"2\"");
  EXPECT_NE(parse_metadata(other).identity, metadata.identity);
}

TEST(QuoteOutside, shows_the_start_of_a_text_on_one_line) {
  EXPECT_EQ(quote_outside("a\nb\x1b[0m "), "a b [0m");
  EXPECT_THAT(quote_outside(std::string(5000, 'x')), ::testing::SizeIs(204));
}

}  // namespace
}  // namespace csm
