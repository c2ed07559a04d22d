#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "csm/options/parse.h"
#include "some_methods.h"

namespace csm::test {
namespace {

/// The job files that come with the program.
class JobsTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { setenv("CSM_HOME", CSM_SOURCE_DIR, 1); }
  void TearDown() override { unsetenv("CSM_HOME"); }
  static Options options_of(const std::vector<std::string>& arguments) {
    return parse_command_line(arguments, some_methods()).options;
  }
};

TEST_P(JobsTest, parses_and_names_its_files_in_the_home_folder) {
  const Options options = options_of({"--task", GetParam()});
  EXPECT_EQ(options.run.task, GetParam());
  EXPECT_EQ(options.model.model.parent_path(), std::filesystem::path(CSM_SOURCE_DIR) / "models");
  EXPECT_EQ(options.dataset.dataset, std::filesystem::path(CSM_SOURCE_DIR) / "samples/faces");
  EXPECT_EQ(options.mesh.vertex_stride, 20);
}

INSTANTIATE_TEST_SUITE_P(all, JobsTest,
                         testing::Values("gender", "age", "expression", "pose", "recognition",
                                         "verification", "gender_112"));

class CelebaJobsTest : public JobsTest {};

TEST_P(CelebaJobsTest, takes_the_data_set_from_the_command_line) {
  const Options options =
      options_of({"--task", "cms_celeba_" + GetParam(), "--dataset", "/celeba"});
  EXPECT_EQ(options.dataset.format, DatasetFormat::celeba);
  EXPECT_EQ(options.dataset.dataset, "/celeba");
  EXPECT_EQ(options.mesh.canonical_size, 619);
}

INSTANTIATE_TEST_SUITE_P(all, CelebaJobsTest,
                         testing::Values("gender", "age", "expression", "pose", "recognition"));

}  // namespace
}  // namespace csm::test
