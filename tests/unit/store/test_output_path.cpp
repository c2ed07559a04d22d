#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csm/core/error.h"
#include "csm/store/result_file.h"
#include "temporary_folder.h"

namespace csm::test {
namespace {

using testing::HasSubstr;

class OutputPathTest : public TemporaryFolder {
 protected:
  static std::string error_of(const std::filesystem::path& path, bool overwrite) {
    try {
      check_output_path(path, overwrite);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }
};

TEST_F(OutputPathTest, a_new_file_is_taken_and_not_made_yet) {
  EXPECT_EQ(error_of(folder_ / "result.h5", false), "");
  EXPECT_EQ(n_files(), 0);
}

TEST_F(OutputPathTest, missing_folders_are_made) {
  EXPECT_EQ(error_of(folder_ / "a/b/result.h5", false), "");
  EXPECT_TRUE(std::filesystem::is_directory(folder_ / "a/b"));
}

TEST_F(OutputPathTest, an_existing_file_needs_overwrite) {
  const auto path = write("result.h5", "old");
  EXPECT_THAT(error_of(path, false), HasSubstr("the file exists). Add --overwrite"));
  EXPECT_EQ(error_of(path, true), "");
  EXPECT_EQ(read(path), "old") << "the check leaves the old result alone";
}

TEST_F(OutputPathTest, a_folder_or_a_device_is_refused) {
  EXPECT_THAT(error_of(folder_, true), HasSubstr("no file but a folder"));
  EXPECT_THAT(error_of("/dev/null", true), HasSubstr("no file but a folder or a device"));
}

TEST_F(OutputPathTest, a_file_in_place_of_a_folder_is_refused) {
  write("file", "");
  EXPECT_THAT(error_of(folder_ / "file/result.h5", false), HasSubstr("its folder cannot be made"));
}

TEST_F(OutputPathTest, a_name_that_the_system_refuses_is_refused) {
  EXPECT_THAT(error_of(folder_ / (std::string(300, 'x') + ".h5"), false), HasSubstr("File name too long"));
}

TEST_F(OutputPathTest, a_folder_without_permission_is_refused) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere; a system test runs this on a read-only file system";
  chmod(folder_.c_str(), 0500);
  EXPECT_THAT(error_of(folder_ / "result.h5", false), HasSubstr("Permission denied"));
  chmod(folder_.c_str(), 0700);
}

}  // namespace
}  // namespace csm::test
