#include <gtest/gtest.h>

#include <vector>

#include "count_forwards.h"

namespace csm {
namespace {

ImageRow row(const char* status, std::int64_t n_computed) {
  ImageRow result;
  result.status = status;
  result.n_computed = n_computed;
  return result;
}

TEST(CountForwards, adds_up_the_good_images_of_each_prefix) {
  const std::vector<ImageRow> rows = {row("ok", 10), row("no face found", 99), row("ok", 20),
                                      row("ok", 40), row("not an image", 99)};
  const std::vector<std::int64_t> image_count = {1, 2, 3};
  EXPECT_EQ(count_forwards(rows, image_count), (std::vector<std::int64_t>{10, 30, 70}));
  EXPECT_TRUE(count_forwards(rows, {}).empty());
}

}  // namespace
}  // namespace csm
