#include <gmock/gmock.h>

#include <cmath>

#include "sliding_occlusion.h"

namespace csm {
namespace {

using testing::ElementsAre;

std::vector<int> starts(int length, int side, int step) {
  std::vector<int> found;
  for (const PatchRect& window : sliding_windows(side, length, side, step))
    found.push_back(window.x1);
  return found;
}

TEST(SlidingWindows, end_at_the_far_border) {
  EXPECT_THAT(starts(9, 4, 3), ElementsAre(0, 3, 5));
  EXPECT_THAT(starts(11, 4, 3), ElementsAre(0, 3, 6, 7));
  EXPECT_THAT(starts(9, 9, 2), ElementsAre(0));
  EXPECT_THAT(starts(12, 4, 4), ElementsAre(0, 4, 8));
}

TEST(SlidingWindows, go_row_by_row_and_are_squares) {
  EXPECT_THAT(sliding_windows(3, 5, 3, 2),
              ElementsAre(PatchRect{0, 0, 3, 3}, PatchRect{2, 0, 5, 3}));
  EXPECT_THAT(sliding_windows(3, 2, 2, 1),
              ElementsAre(PatchRect{0, 0, 2, 2}, PatchRect{0, 1, 2, 3}));
}

TEST(MeanDrop, of_a_pixel_is_over_the_windows_that_hold_it) {
  const std::vector<PatchRect> windows = sliding_windows(2, 5, 2, 1);  // at x = 0, 1, 2, 3
  const Grid<float> map = mean_drop(2, 5, windows, 10, std::vector<double>{9, 7, 3, 11});
  for (int y = 0; y < 2; ++y) EXPECT_THAT(map.row(y), ElementsAre(1, 2, 5, 3, -1)) << y;
}

/// The drop of a linear score is the sum under the window: with windows of one pixel it is the
/// weight.
TEST(MeanDrop, of_windows_of_one_pixel_is_what_each_takes) {
  const Grid<float> map =
      mean_drop(2, 2, sliding_windows(2, 2, 1, 1), 0, std::vector<double>{-1, 2, -3, 4});
  EXPECT_THAT(map.values(), ElementsAre(1, -2, 3, -4));
}

TEST(MeanDrop, leaves_out_windows_under_which_the_model_lost_the_face) {
  const Grid<float> map =
      mean_drop(1, 3, sliding_windows(1, 3, 1, 1), 5, std::vector<double>{1, std::nan(""), 3});
  EXPECT_THAT(map.values(), ElementsAre(4, testing::IsNan(), 2));
}

}  // namespace
}  // namespace csm
