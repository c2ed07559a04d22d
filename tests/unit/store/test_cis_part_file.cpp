#include <gmock/gmock.h>

#include "csm/core/error.h"
#include "csm/store/result_file.h"
#include "synthetic_result.h"
#include "temporary_folder.h"

namespace csm::test {
namespace {

class CisPartFileTest : public TemporaryFolder {};

TEST_F(CisPartFileTest, what_was_appended_is_on_disk_before_the_file_is_closed) {
  CisPartFile part(folder_ / "0.part", 5);
  part.append(4, synthetic_map(5, 5, 4, 0).mean);
  part.append(1, synthetic_map(5, 5, 1, 0).mean);
  std::filesystem::copy_file(folder_ / "0.part", folder_ / "copy.h5");
  EXPECT_EQ(run("h5dump -d order " + (folder_ / "copy.h5").string() + " | grep -q '(0): 4, 1'"), 0);
  part.close();
}

TEST_F(CisPartFileTest, a_map_is_a_compressed_chunk) {
  CisPartFile part(folder_ / "0.part", 5);
  part.append(0, Grid<float>(5, 5));
  part.close();
  const std::string dump = "h5dump -p -H " + (folder_ / "0.part").string();
  EXPECT_EQ(run(dump + " | grep -q 'CHUNKED ( 1, 5, 5 )'"), 0);
  EXPECT_EQ(run(dump + " | grep -q DEFLATE"), 0);
}

TEST_F(CisPartFileTest, an_old_part_file_is_replaced) {
  write("0.part", "rubbish");
  CisPartFile part(folder_ / "0.part", 5);
  part.append(8, Grid<float>(5, 5));
  part.close();
  EXPECT_EQ(run("h5dump -d order " + (folder_ / "0.part").string() + " | grep -q '(0): 8'"), 0);
}

TEST_F(CisPartFileTest, a_missing_folder_is_an_error) {
  try {
    CisPartFile part(folder_ / "no/0.part", 5);
    FAIL() << "the folder does not exist";
  } catch (const RunError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("No such file or directory"));
  }
}

TEST_F(CisPartFileTest, a_map_of_another_shape_is_our_own_mistake) {
  CisPartFile part(folder_ / "0.part", 5);
  EXPECT_THROW(part.append(0, Grid<float>(5, 4)), ContractError);
  EXPECT_THROW(part.append(0, Grid<float>(4, 5)), ContractError);
}

}  // namespace
}  // namespace csm::test
