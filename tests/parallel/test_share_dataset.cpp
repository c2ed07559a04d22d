#include <gmock/gmock.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "share_dataset.h"
#include "support/on_ranks.h"

namespace csm {
namespace {

using test::on_ranks;

/// 20,000 images with labels, some with a face box.
Dataset many_images() {
  Dataset dataset;
  dataset.root = "/data/faces";
  dataset.format = DatasetFormat::manifest;
  dataset.column_names = {"gender", "note"};
  const auto names = std::make_shared<const std::vector<std::string>>(dataset.column_names);
  for (int i = 0; i < 20'000; ++i) {
    Sample& sample = dataset.samples.emplace_back();
    sample.id = "person" + std::to_string(i / 10) + "/" + std::to_string(i) + ".jpg";
    sample.path = dataset.root / sample.id;
    const std::vector<std::string> values = {i % 2 == 0 ? "male" : "", std::to_string(i)};
    sample.columns = Columns(names, values);
    if (i % 3 == 0) sample.face_box = Box{i + 0.5, 2, 30, 40};
  }
  return dataset;
}

TEST(ShareDataset, only_the_root_lists_and_all_ranks_have_the_list) {
  on_ranks([](const Communicator& world) {
    int n_listings = 0;
    const Dataset dataset = share_dataset(world, [&] {
      ++n_listings;
      return many_images();
    });
    EXPECT_EQ(n_listings, world.is_root() ? 1 : 0);
    const Dataset expected = many_images();
    ASSERT_EQ(dataset.samples.size(), expected.samples.size());
    EXPECT_EQ(dataset.root, expected.root);
    EXPECT_EQ(dataset.column_names, expected.column_names);
    for (const std::size_t i : {0U, 1U, 12'345U, 19'999U}) {
      EXPECT_EQ(dataset.samples[i].id, expected.samples[i].id);
      EXPECT_EQ(dataset.samples[i].path, expected.samples[i].path);
      EXPECT_EQ(dataset.samples[i].columns, expected.samples[i].columns);
      EXPECT_EQ(dataset.samples[i].face_box, expected.samples[i].face_box);
    }
  });
}

TEST(ShareDataset, an_error_of_the_root_reaches_all_ranks) {
  on_ranks([](const Communicator& world) {
    const auto fail = []() -> Dataset { throw InputError("no such folder"); };
    EXPECT_THROW(share_dataset(world, fail), InputError);
  });
}

}  // namespace
}  // namespace csm
