#include <caffe2/serialize/inline_container.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "csm/core/error.h"
#include "csm/model/backend.h"
#include "support/message_of.h"
#include "support/temporary_folder.h"
#include "support/test_model.h"

namespace csm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// The parts of a package that are read before its code is loaded; there is no code in it.
class PackageWithoutCode : public ::testing::Test {
 protected:
  std::string message_of_opening(const std::string& metadata, ComputeDevice device = {}) const {
    const std::filesystem::path path = folder_.path() / "m.pt2";
    caffe2::serialize::PyTorchStreamWriter writer(path.string());
    const auto write = [&](const std::string& name, const std::string& text) {
      writer.writeRecord(name, text.data(), text.size());
    };
    write("data/aotinductor/model/x.wrapper_metadata.json", metadata);
    write("data/aotinductor/model/x.wrapper.cpp", "");
    write("archive_format", "pt2");
    writer.writeEndOfFile();
    folder_.write("m.contract.json", test::classifier_contract(2, 3));
    return test::message_of<InputError>([&] { open_backend(path, device); });
  }

  test::TemporaryFolder folder_;
};

TEST_F(PackageWithoutCode, for_a_gpu_is_refused_on_the_cpu) {
  EXPECT_THAT(message_of_opening(R"({"AOTI_DEVICE_KEY": "cuda", "AOTI_CPU_ISA": ""})"),
              AllOf(HasSubstr("'cuda', this rank computes on cpu"), HasSubstr("--device cuda")));
}

TEST_F(PackageWithoutCode, for_an_unknown_device_is_refused_on_any) {
  EXPECT_THAT(message_of_opening(R"({"AOTI_DEVICE_KEY": "xpu"})", {.is_cuda = true, .index = 1}),
              HasSubstr("'xpu', this rank computes on cuda:1"));
}

TEST_F(PackageWithoutCode, says_that_it_cannot_be_loaded) {
  EXPECT_THAT(message_of_opening(R"({"AOTI_DEVICE_KEY": "cpu", "AOTI_CPU_ISA": ""})"),
              HasSubstr("cannot be loaded"));
}

TEST(CompiledFile, that_is_no_archive_is_refused) {
  const test::TemporaryFolder folder;
  folder.write("m.PT2", "no network");
  EXPECT_THAT(
      test::message_of<InputError>([&] { open_backend(folder.path() / "m.PT2", ComputeDevice{}); }),
      AllOf(HasSubstr("is not a compiled program"), HasSubstr("csm export")));
}

}  // namespace
}  // namespace csm
