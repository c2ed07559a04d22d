#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csm/core/error.h"
#include "csm/store/output_path.h"
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
  EXPECT_THAT(error_of(folder_, true), HasSubstr("not a file but a folder"));
  EXPECT_THAT(error_of("/dev/null", true), HasSubstr("not a file but a folder or a device"));
}

TEST_F(OutputPathTest, the_names_of_pictures_report_and_lock_are_refused) {
  for (const char* name : {"gender.png", "gender.html", "gender.lock"})
    EXPECT_THAT(error_of(folder_ / name, true), HasSubstr("Give the result the extension .h5"))
        << name;
}

TEST_F(OutputPathTest, a_link_is_followed_to_its_file) {
  std::filesystem::create_symlink(folder_ / "far.h5", folder_ / "near.h5");
  std::filesystem::create_symlink(folder_ / "round.h5", folder_ / "round.h5");
  EXPECT_EQ(follow_link(folder_ / "near.h5").filename(), "far.h5")
      << "also if there is no file yet";
  EXPECT_EQ(follow_link("a/../plain.h5"), "a/../plain.h5");
  EXPECT_THROW(follow_link(folder_ / "round.h5"), InputError);
}

TEST_F(OutputPathTest, the_pictures_of_another_result_need_overwrite) {
  write("gender.h5", "\x89HDF\r\n\x1a\n of a result");
  EXPECT_EQ(error_of(folder_ / "gender.hdf5", false), "") << "no picture is there yet";
  write("gender.png", "");
  write("gender_regions.png", "");
  EXPECT_THAT(error_of(folder_ / "gender.hdf5", false),
              HasSubstr("'gender.png' of the result 'gender.h5'"));
  EXPECT_THAT(error_of(folder_ / "gender_regions.h5", false),
              HasSubstr("'gender_regions.png' of the result"));
  EXPECT_EQ(error_of(folder_ / "gender.hdf5", true), "");
  write("gender.h5", "no result");
  EXPECT_EQ(error_of(folder_ / "gender.hdf5", false), "");
}

TEST_F(OutputPathTest, a_file_in_place_of_a_folder_is_refused) {
  write("file", "");
  EXPECT_THAT(error_of(folder_ / "file/result.h5", false), HasSubstr("its folder cannot be made"));
}

TEST_F(OutputPathTest, a_name_that_the_system_refuses_is_refused) {
  EXPECT_THAT(error_of(folder_ / (std::string(300, 'x') + ".h5"), false),
              HasSubstr("File name too long"));
}

TEST_F(OutputPathTest, a_folder_without_permission_is_refused) {
  if (geteuid() == 0)
    GTEST_SKIP() << "root may write everywhere; a system test runs this on a read-only file system";
  chmod(folder_.c_str(), 0500);
  EXPECT_THAT(error_of(folder_ / "result.h5", false), HasSubstr("Permission denied"));
  chmod(folder_.c_str(), 0700);
}

}  // namespace
}  // namespace csm::test
