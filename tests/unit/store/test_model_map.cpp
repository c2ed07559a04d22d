#include <gmock/gmock.h>

#include <fstream>

#include "csm/core/error.h"
#include "csm/store/model_map.h"
#include "csm/store/result_file.h"
#include "synthetic_result.h"
#include "temporary_folder.h"

namespace csm::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ModelMapTest : public TemporaryFolder {
 protected:
  std::string error_of(const std::filesystem::path& path) const {
    try {
      read_model_map(path);
    } catch (const InputError& error) {
      return error.what();
    }
    return {};
  }
};

TEST_F(ModelMapTest, what_was_written_is_read) {
  Result result = synthetic_result(5, 7);
  result.inputs = {{"model_sha256", "abc"}, {"dataset", "/faces"}};
  result.method = "grad_cam";
  const std::filesystem::path path = folder_ / "result.h5";
  write_result(path, result, {});
  const StoredModelMap map = read_model_map(path);
  EXPECT_EQ(map.path, path);
  EXPECT_EQ(map.method, "grad_cam");
  EXPECT_EQ(map.cms, result.cms.mean);
  EXPECT_EQ(map.group_by, "target");
  ASSERT_EQ(map.groups.size(), 2U);
  for (const auto& [name, grid] : map.groups)
    EXPECT_EQ(grid, result.groups[name == "a/b" ? 0 : 1].map.mean) << name;
  EXPECT_EQ(map.canonical_source, "synthetic");
  EXPECT_EQ(map.model_sha256, "abc");
  EXPECT_EQ(map.dataset_root, "/faces");
  EXPECT_THAT(map.image_ids, ElementsAre("a.png", "c.png", "d.png"));
}

TEST_F(ModelMapTest, a_map_without_groups_is_read) {
  Result result = synthetic_result(5, 7);
  result.inputs = {{"model_sha256", "abc"}, {"dataset", "/faces"}};
  result.groups.clear();
  write_result(folder_ / "result.h5", result, {});
  EXPECT_TRUE(read_model_map(folder_ / "result.h5").groups.empty());
}

TEST_F(ModelMapTest, what_is_no_result_file_is_named) {
  std::ofstream(folder_ / "text.h5") << "no HDF5";
  for (const char* name : {"text.h5", "missing.h5"}) {
    EXPECT_THAT(error_of(folder_ / name),
                HasSubstr("cannot be read from '" + (folder_ / name).string() + "'"));
    EXPECT_THAT(error_of(folder_ / name), HasSubstr("Give a result file of csm_mpi."));
  }
}

}  // namespace
}  // namespace csm::test
