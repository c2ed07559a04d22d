#include <gmock/gmock.h>
#include <hdf5.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csm/core/error.h"
#include "csm/store/result_file.h"
#include "file_size_limit.h"
#include "synthetic_result.h"
#include "temporary_folder.h"

namespace csm::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string error_of_writing(const std::filesystem::path& path, const Result& result) {
  try {
    write_result(path, result, {});
  } catch (const RunError& error) {
    return error.what();
  }
  return "";
}

/// A result of some 100 kB that does not compress, so that both data and the library's own records
/// meet the limit.
Result large_result() {
  Result result = synthetic_result(60, 60);
  float value = 0.1F;
  for (float& pixel : result.cms.mean.values()) pixel = value = 3.9F * value * (1 - value);
  for (Grid<float>& snapshot : result.convergence.snapshots) snapshot = result.cms.mean;
  return result;
}

class FullDiskTest : public TemporaryFolder, public testing::WithParamInterface<rlim_t> {};

TEST_P(FullDiskTest, says_so_leaves_no_partial_file_and_keeps_the_old_result) {
  const std::filesystem::path path = write("result.h5", "old");
  std::string message;
  {
    const FileSizeLimit limit(GetParam());
    message = error_of_writing(path, large_result());
  }
  EXPECT_THAT(message, AllOf(HasSubstr("cannot write the result file '" + path.string() + "'"),
                             HasSubstr("File too large"), HasSubstr("Make room")));
  EXPECT_EQ(read(path), "old");
  EXPECT_EQ(n_files(), 1);
  EXPECT_EQ(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL), 0) << "the library still holds a file";
  // The same process can still write: nothing of the failed file hangs on.
  EXPECT_EQ(error_of_writing(path, large_result()), "");
  EXPECT_GT(std::filesystem::file_size(path), GetParam());
}

INSTANTIATE_TEST_SUITE_P(wherever_the_disk_ends, FullDiskTest,
                         testing::Values(0, 100, 2000, 5000, 10000, 15000, 20000, 30000, 40000,
                                         50000, 60000, 70000, 80000));

TEST(FullDiskExitTest, the_process_ends_in_order_after_a_failed_write) {
  EXPECT_EXIT(
      {
        const FileSizeLimit limit(20000);
        const bool failed = !error_of_writing("/tmp/csm_full_disk_exit.h5", large_result()).empty();
        std::exit(failed ? 7 : 1);
      },
      testing::ExitedWithCode(7), "");
  EXPECT_FALSE(std::filesystem::exists("/tmp/csm_full_disk_exit.h5.partial"));
}

class FailedWriteTest : public TemporaryFolder {};

TEST_F(FailedWriteTest, a_part_file_on_a_full_disk_says_so) {
  const Grid<float> map = large_result().cms.mean;
  const std::filesystem::path path = folder_ / "0.part";
  CisPartFile part(path, 60);
  const FileSizeLimit limit(30000);
  try {
    for (int i = 0; i < 10; ++i) part.append(i, map);
    FAIL() << "ten maps take more than 30,000 bytes";
  } catch (const RunError& error) {
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("'" + path.string() + "'"), HasSubstr("File too large")));
  }
}

TEST_F(FailedWriteTest, a_folder_in_the_way_is_an_error_without_a_partial_file) {
  std::filesystem::create_directories(folder_ / "result.h5/inner");
  EXPECT_THAT(error_of_writing(folder_ / "result.h5", synthetic_result(5, 7)),
              HasSubstr("result.h5'"));
  EXPECT_EQ(n_files(), 1);
}

TEST_F(FailedWriteTest, a_file_in_place_of_the_folder_is_an_error) {
  write("folder", "");
  EXPECT_THAT(error_of_writing(folder_ / "folder/result.h5", synthetic_result(5, 7)),
              HasSubstr("Not a directory"));
}

TEST_F(FailedWriteTest, a_folder_without_permission_is_an_error) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  chmod(folder_.c_str(), 0500);
  EXPECT_THAT(error_of_writing(folder_ / "result.h5", synthetic_result(5, 7)),
              HasSubstr("Permission denied"));
  chmod(folder_.c_str(), 0700);
}

}  // namespace
}  // namespace csm::test
