#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "file_kind.h"
#include "support/temporary_folder.h"

namespace csm {
namespace {

using namespace std::string_literals;

/// The description of a file with these bytes.
std::string description(const std::string& content) {
  const test::TemporaryFolder folder;
  std::ofstream(folder.path() / "m.pt", std::ios::binary) << content;
  return find_file_kind(folder.path() / "m.pt").words;
}

/// The end of a zip archive that lists these files.
std::string zip(const std::string& names) {
  return "PK\x03\x04...PK\x01\x02" + names + "PK\x05\x06" + std::string(18, '\0');
}

TEST(FindFileKind, knows_what_people_give) {
  const std::vector<std::pair<std::string, const char*>> cases = {
      {"", "empty"},
      {"\x08\x0e\x12\x07pytorch", "ONNX"},
      {"\x08\x0e:\x03\x12\x01g", "ONNX"},
      {"\n\n<!DOCTYPE HTML><html>", "web page"},
      {"<html><body>Sign in", "web page"},
      {"version https://git-lfs.github.com/spec/v1\noid", "LFS"},
      {"\x89HDF\r\n\x1a\nrest", "HDF5"},
      {"\x1c\0\0\0TFL3"s, "TensorFlow Lite"},
      {"\x40\0\0\0\0\0\0\0{\"a\""s, "safetensors"},
      {"\x80\x02\x8a\nl", "pickle"},
      {"\x80\x05\x95", "pickle"},
      {"import torch\n", "program text"},
      {zip("m/data.pkl m/data/0 m/version"), "torch.save"},
      {zip("m/models/model.json m/archive_format"), "exported program"},
      {zip("m/data/aotinductor/model/x.wrapper.so m/archive_format"), "compiled program"},
      {zip("arr_0.npy"), "NumPy"},
      {zip("keras_metadata.pb saved_model.pb"), "Keras"},
      {"PK\x03\x04 m/data.pkl and so on", "cut off"}};
  for (const auto& [content, expected] : cases)
    EXPECT_THAT(description(content), testing::HasSubstr(expected)) << content;
}

TEST(FindFileKind, says_nothing_of_torchscript_and_of_what_it_does_not_know) {
  EXPECT_EQ(description(zip("m/data.pkl m/code/x.py m/constants.pkl")), "");
  EXPECT_EQ(description("not a model"), "");
  EXPECT_EQ(find_file_kind("/nowhere/m.pt").words, "");
}

}  // namespace
}  // namespace csm
