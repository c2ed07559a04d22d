#include <gmock/gmock.h>

#include "csm/dataset/dataset.h"
#include "csm/dataset/dataset_options.h"
#include "support/temporary_folder.h"

namespace csm {
namespace {

void expect_same(const Dataset& found, const Dataset& expected) {
  EXPECT_EQ(found.root, expected.root);
  EXPECT_EQ(found.format, expected.format);
  EXPECT_EQ(found.column_names, expected.column_names);
  EXPECT_EQ(found.identity_doubt, expected.identity_doubt);
  EXPECT_EQ(found.remarks, expected.remarks);
  EXPECT_EQ(found.warnings, expected.warnings);
  ASSERT_EQ(found.samples.size(), expected.samples.size());
  for (std::size_t i = 0; i < expected.samples.size(); ++i) {
    EXPECT_EQ(found.samples[i].id, expected.samples[i].id);
    EXPECT_EQ(found.samples[i].path, expected.samples[i].path);
    EXPECT_EQ(found.samples[i].second_path, expected.samples[i].second_path);
    EXPECT_EQ(found.samples[i].columns, expected.samples[i].columns);
    EXPECT_EQ(found.samples[i].face_box, expected.samples[i].face_box);
  }
}

TEST(DatasetBytes, bring_back_a_manifest_with_boxes_and_empty_cells) {
  const test::TemporaryFolder folder;
  DatasetOptions options;
  options.dataset =
      folder.write("manifest.csv",
                   "path,gender,face_x,face_y,face_w,face_h\nimg/1.jpg,male,1.5,2,30,40\n"
                   "img/12.jpg,,,,,\nä b.jpg,female,1,2,3,4\n");
  const Dataset expected = open_dataset(options);
  const Dataset found = unpack_dataset(pack_dataset(expected));
  expect_same(found, expected);
  EXPECT_FALSE(found.samples[1].columns.contains("gender"));
  EXPECT_EQ(found.samples[2].columns.at("gender"), "female");
}

TEST(DatasetBytes, bring_back_a_folder_of_which_only_some_images_have_a_column) {
  const test::TemporaryFolder folder;
  for (const char* name : {"happy/2.jpg", "a.jpg"}) folder.write(name, "x");
  DatasetOptions options;
  options.dataset = folder.path();
  Dataset expected = open_dataset(options);
  EXPECT_FALSE(expected.identity_doubt.empty());
  expected.remarks = {"One.", "Two."};
  expected.warnings = {"Three."};
  expect_same(unpack_dataset(pack_dataset(expected)), expected);
}

TEST(DatasetBytes, bring_back_pairs) {
  const test::TemporaryFolder folder;
  DatasetOptions options;
  options.dataset = folder.path();
  folder.write("a.jpg", "x");
  options.pairs = folder.write(
      "pairs.csv", "path_a,path_b,same_person,fold\na.jpg,b.jpg,1,x\na.jpg,c.jpg,0,y\n");
  expect_same(unpack_dataset(pack_dataset(open_dataset(options))), open_dataset(options));
}

TEST(DatasetBytes, bring_back_where_images_lie_in_shards) {
  const auto shard = std::make_shared<const TarShard>("/data/faces-000.tar");
  Dataset dataset;
  dataset.remarks = {"one", ""};
  dataset.warnings = {"another"};
  for (const std::int64_t offset : {512, 2048}) {
    Sample& sample = dataset.samples.emplace_back();
    sample.member = {.shard = shard, .offset = offset, .size = 1000};
  }
  dataset.samples.emplace_back().second_member = {.shard = shard, .offset = 4096, .size = 7};
  const Dataset found = unpack_dataset(pack_dataset(dataset));
  ASSERT_EQ(found.samples.size(), 3U);
  EXPECT_EQ(found.remarks, dataset.remarks);
  EXPECT_EQ(found.warnings, dataset.warnings);
  EXPECT_EQ(found.samples[0].member.shard, found.samples[1].member.shard);
  EXPECT_EQ(found.samples[1].member.shard->path(), shard->path());
  EXPECT_EQ(found.samples[1].member.offset, 2048);
  EXPECT_EQ(found.samples[1].member.size, 1000);
  EXPECT_EQ(found.samples[1].second_member.shard, nullptr);
  EXPECT_EQ(found.samples[2].member.shard, nullptr);
  EXPECT_EQ(found.samples[2].second_member.offset, 4096);
}

TEST(DatasetBytes, leave_out_what_neighbours_share) {
  Dataset dataset;
  for (int i = 0; i < 1000; ++i) {
    dataset.samples.emplace_back().path =
        "/a/long/folder/that/all/images/share/" + std::to_string(i) + ".jpg";
  }
  EXPECT_LT(pack_dataset(dataset).size(), 100U * 1000);
  expect_same(unpack_dataset(pack_dataset(dataset)), dataset);
}

}  // namespace
}  // namespace csm
