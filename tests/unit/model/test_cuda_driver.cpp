#include <gmock/gmock.h>

#include <cstdlib>

#include "cuda_driver.h"

namespace csm {
namespace {

TEST(CudaDriver, tells_names_and_uuids_by_ordinal) {
  setenv("CSM_FAKE_DEVICES", "2", 1);
  const auto devices = ask_cuda_driver(CSM_FAKE_CUDA_DRIVER);
  ASSERT_TRUE(devices.has_value());
  ASSERT_EQ(devices->size(), 2U);
  EXPECT_EQ((*devices)[0].name, "Fake GPU 0");
  EXPECT_EQ((*devices)[0].uuid, "a0a0a0a0-a0a0-a0a0-a0a0-a0a0a0a0a0a0");
  EXPECT_EQ((*devices)[1].name, "Fake GPU 1");
  EXPECT_EQ((*devices)[1].uuid, "a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1");
}

TEST(CudaDriver, without_devices_is_there_and_shows_none) {
  setenv("CSM_FAKE_DEVICES", "0", 1);
  const auto devices = ask_cuda_driver(CSM_FAKE_CUDA_DRIVER);
  ASSERT_TRUE(devices.has_value());
  EXPECT_TRUE(devices->empty());
}

TEST(CudaDriver, is_absent_where_its_library_is_missing_foreign_or_fails) {
  EXPECT_FALSE(ask_cuda_driver("libno_such_driver.so.1").has_value());
  EXPECT_FALSE(ask_cuda_driver("libc.so.6").has_value()) << "a library without the functions";
  setenv("CSM_FAKE_DEVICES", "-1", 1);
  EXPECT_FALSE(ask_cuda_driver(CSM_FAKE_CUDA_DRIVER).has_value());
}

}  // namespace
}  // namespace csm
