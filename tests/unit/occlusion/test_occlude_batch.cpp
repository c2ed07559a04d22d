#include <gtest/gtest.h>

#include <vector>

#include "occlude_batch.h"
#include "support/compute_device.h"

namespace csm {
namespace {

TEST(OccludeBatch, gives_what_a_copy_under_each_patch_gives) {
  constexpr int height = 9;
  constexpr int width = 13;
  const std::vector<PatchRect> patches = {{.x1 = 0, .y1 = 0, .x2 = 4, .y2 = 3},
                                          {.x1 = 9, .y1 = 5, .x2 = 13, .y2 = 9},
                                          {.x1 = 12, .y1 = 0, .x2 = 13, .y2 = 9},
                                          {.x1 = 0, .y1 = 0, .x2 = 13, .y2 = 9},
                                          {.x1 = 3, .y1 = 4, .x2 = 3, .y2 = 8}};
  const auto n = static_cast<std::int64_t>(patches.size());
  const at::Tensor clean = at::arange(3 * height * width, at::kFloat).reshape({3, height, width});
  const at::Tensor fill = -clean - 1;
  at::Tensor expected = clean.unsqueeze(0).repeat({n, 1, 1, 1});
  for (std::int64_t i = 0; i < n; ++i) {
    const PatchRect& patch = patches[static_cast<std::size_t>(i)];
    for (int y = patch.y1; y < patch.y2; ++y) {
      for (int x = patch.x1; x < patch.x2; ++x)
        expected[i].select(2, x).select(1, y).copy_(fill.select(2, x).select(1, y));
    }
  }
  // One more image than there are patches, so that the batch is a part of a larger one as in the
  // engine.
  const at::Tensor larger = test::on_test_device(at::full({n + 1, 3, height, width}, 7.0F))
                                .contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor batch = larger.narrow(0, 0, n);
  occlude_batch(batch, test::on_test_device(clean), test::on_test_device(fill),
                test::on_test_device(patch_sides(patches)));
  EXPECT_TRUE(batch.cpu().equal(expected));
  EXPECT_TRUE(larger[n].eq(7).all().item<bool>());
  EXPECT_TRUE(larger.is_contiguous(at::MemoryFormat::ChannelsLast));
}

}  // namespace
}  // namespace csm
