#include <gmock/gmock.h>

#include "csm/core/error.h"
#include "csm/store/result_file.h"
#include "synthetic_result.h"
#include "temporary_folder.h"

namespace csm::test {
namespace {

class ResultFileTest : public TemporaryFolder {
 protected:
  /// The exit code of the independent reader.
  int read_back(const std::filesystem::path& path, const std::string& what) const {
    return run(std::string(CSM_PYTHON) + " " + CSM_READ_BACK + " " + path.string() + " " + what);
  }
};

TEST_F(ResultFileTest, h5py_reads_what_was_written) {
  const std::filesystem::path path = folder_ / "new/folder/result.h5";
  write_result(path, synthetic_result(5, 7), {});
  EXPECT_EQ(read_back(path, "all"), 0);
}

TEST_F(ResultFileTest, evaluations_of_maps_are_in_a_group_of_their_own) {
  Result result = synthetic_result(5, 7);
  add_synthetic_evaluation(result);
  write_result(folder_ / "result.h5", result, {});
  EXPECT_EQ(read_back(folder_ / "result.h5", "evaluation"), 0);
}

TEST_F(ResultFileTest, what_is_written_is_what_the_schema_has) {
  // With everything that a file can hold, of the own and of a baseline method.
  Result result = synthetic_result(5, 5);
  add_synthetic_evaluation(result);
  result.canonical.picture = synthetic_picture(5, 5);
  CisPartFile part(folder_ / "0", 5);
  for (const std::int64_t order : {0, 2, 3}) part.append(order, Grid<float>(5, 5));
  const std::vector<CisPart> parts = {part.sync()};
  write_result(folder_ / "whole.h5", result, parts);
  EXPECT_EQ(read_back(folder_ / "whole.h5", "schema"), 0);
  result.method = "grad_cam";
  write_result(folder_ / "baseline.h5", result, parts);
  EXPECT_EQ(read_back(folder_ / "baseline.h5", "schema"), 0);
  write_result(folder_ / "plain.h5", synthetic_result(5, 7), {});
  EXPECT_EQ(read_back(folder_ / "plain.h5", "schema"), 0);
}

TEST_F(ResultFileTest, the_reader_sees_a_difference) {
  Result result = synthetic_result(5, 7);
  result.cms.mean(4, 6) += 0.001F;
  write_result(folder_ / "result.h5", result, {});
  EXPECT_NE(read_back((folder_ / "result.h5").string() + " ", "all 2>/dev/null"), 0);
}

TEST_F(ResultFileTest, part_files_become_one_stack_in_the_order_of_the_images) {
  const Result result = synthetic_result(5, 5);
  const std::vector<std::vector<std::int64_t>> orders = {{3, 0}, {}, {2, 9}};
  std::vector<CisPart> parts;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    CisPartFile part(folder_ / std::to_string(i), 5);
    for (const std::int64_t order : orders[i])
      part.append(order, synthetic_map(5, 5, static_cast<float>(order), 0).mean);
    parts.push_back(part.sync());
  }
  write_result(folder_ / "result.h5", result, parts);
  EXPECT_EQ(read_back(folder_ / "result.h5", "cis"), 0);
}

TEST_F(ResultFileTest, what_a_killed_rank_appended_behind_its_last_checkpoint_is_not_read) {
  CisPartFile part(folder_ / "0", 5);
  for (const std::int64_t order : {3, 0, 2})
    part.append(order, synthetic_map(5, 5, static_cast<float>(order), 0).mean);
  const CisPart counted = part.sync();
  part.append(0, Grid<float>(5, 5, -7.0F));
  part.sync();
  std::filesystem::resize_file(counted.path, std::filesystem::file_size(counted.path) - 3);
  write_result(folder_ / "result.h5", synthetic_result(5, 5), std::vector{counted});
  EXPECT_EQ(read_back(folder_ / "result.h5", "cis"), 0);
}

TEST_F(ResultFileTest, a_part_file_shorter_than_its_checkpoint_says_is_an_error) {
  CisPartFile part(folder_ / "0", 5);
  for (const std::int64_t order : {3, 0, 2}) part.append(order, Grid<float>(5, 5));
  const CisPart counted = part.sync();
  std::filesystem::resize_file(counted.path, std::filesystem::file_size(counted.path) - 3);
  EXPECT_THROW(write_result(folder_ / "result.h5", synthetic_result(5, 5), std::vector{counted}),
               RunError);
}

TEST_F(ResultFileTest, an_image_without_its_map_is_an_error_and_leaves_no_file) {
  CisPartFile part(folder_ / "0.part", 5);
  part.append(0, Grid<float>(5, 5));
  const std::vector<CisPart> parts = {part.sync()};
  try {
    write_result(folder_ / "result.h5", synthetic_result(5, 5), parts);
    FAIL() << "maps 2 and 3 are missing";
  } catch (const RunError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("'c.png' is in no part file"));
  }
  EXPECT_EQ(n_files(), 1) << "the part file stays, the partial result goes";
}

TEST_F(ResultFileTest, runs_that_differ_in_times_and_ranks_differ_in_process_only) {
  Result other = synthetic_result(5, 7);
  other.start_time = "2027-01-01T00:00:00Z";
  other.end_time = "2027-01-01T00:09:00Z";
  other.command = "csm_mpi --task gender --output other.h5";
  other.options[1].value = "other.h5";
  other.n_ranks = 1;
  other.ranks.pop_back();
  other.images[0].seconds = 7;
  write_result(folder_ / "a.h5", synthetic_result(5, 7), {});
  write_result(folder_ / "b.h5", other, {});
  const std::string files = (folder_ / "a.h5").string() + " " + (folder_ / "b.h5").string();
  EXPECT_EQ(run("h5diff --exclude-path /entry/process " + files), 0);
  EXPECT_NE(run("h5diff -q " + files), 0);
}

TEST_F(ResultFileTest, the_same_result_gives_the_same_bytes) {
  write_result(folder_ / "a.h5", synthetic_result(5, 7), {});
  write_result(folder_ / "b.h5", synthetic_result(5, 7), {});
  EXPECT_EQ(read(folder_ / "a.h5"), read(folder_ / "b.h5"));
}

TEST_F(ResultFileTest, an_old_result_is_replaced_whole) {
  const std::filesystem::path path = write("result.h5", "old");
  write(path.filename().string() + ".partial", "left over from a killed run");
  write_result(path, synthetic_result(5, 7), {});
  EXPECT_EQ(read_back(path, "all"), 0);
  EXPECT_EQ(n_files(), 1);
}

TEST_F(ResultFileTest, a_result_without_groups_images_or_pictures_is_written) {
  Result result = synthetic_result(5, 7);
  result.groups.clear();
  result.images.clear();
  result.failures.clear();
  result.remarks.clear();
  result.ranks.clear();
  result.convergence = {};
  result.mean_face = {};
  result.examples = {};
  result.canonical.vertex_uv.clear();
  write_result(folder_ / "result.h5", result, {});
  EXPECT_EQ(run("h5dump -d /entry/cms/cms " + (folder_ / "result.h5").string() +
                " | grep -q -- '-0.2, -0.19'"),
            0);
}

}  // namespace
}  // namespace csm::test
