// The windows of sliding occlusion on a network: what they take, and which engine scores them.
#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <numeric>

#include "csm/model/fill.h"
#include "csm/model/input.h"
#include "csm/model/layer_program.h"
#include "csm/occlusion/engine.h"
#include "explainer_test.h"

namespace csm {
namespace {

using testing::HasSubstr;

/// Of a linear score the drop of a window is the sum under it.
TEST_F(ExplainerTest, the_windows_of_a_linear_network_take_what_is_under_them) {
  std::vector<float> weight(3 * height * width);
  std::iota(weight.begin(), weight.end(), -100.0F);
  test::write_linear_classifier(folder_.path() / "m.pt", height, width, weight);
  network_ = std::make_unique<Network>(folder_.path() / "m.pt", ModelRole::classifier,
                                       test::test_device());
  const at::Tensor image = normalise_input(picture_, network_->contract().input)[0];
  const at::Tensor fill = fill_image({}, image.unsqueeze(0), network_->contract().input, 3, 77)[0];
  const at::Tensor part =
      ((image - fill) * at::tensor(weight).reshape({3, height, width})).to(at::kDouble);
  at::Tensor sum = at::zeros({height, width}, at::kDouble);
  at::Tensor count = at::zeros_like(sum);
  for (const int y : {0, 2, 4, 5}) {
    for (const int x : {0, 2, 4, 6, 7}) {
      sum.narrow(0, y, 3).narrow(1, x, 3) +=
          part.narrow(1, y, 3).narrow(2, x, 3).sum().item<double>();
      count.narrow(0, y, 3).narrow(1, x, 3) += 1;
    }
  }
  const at::Tensor expected = sum / count;
  for (const int batch_size : {1, 64}) {
    const Grid<float> map = map_of("sliding_occlusion", 0, batch_size);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x)
        EXPECT_NEAR(map(y, x), expected[y][x].item<double>(), 1e-3) << y << ", " << x;
    }
  }
}

TEST_F(ExplainerTest, windows_are_scored_by_the_exact_one_of_two_engines) {
  load(two_maps);
  const Grid<float> full = map_of("sliding_occlusion");
  const LayerReading reading = read_layers(*network_);
  ASSERT_TRUE(reading.program);
  const auto program = std::make_shared<const LayerProgram>(*reading.program);
  const auto adaptive =
      make_adaptive_engine(make_incremental_engine(*network_, program, 4), {.share = 0.2});
  Explainer explainer(*network_, *adaptive, {.method = "sliding_occlusion"}, windows(4), 4);
  const Grid<float> map =
      explainer.explain(picture_, {}, {.confidence = Confidence::logit}, 77).map;
  EXPECT_LT(largest_difference(map, full), 1e-5);
}

TEST_F(ExplainerTest, refuses_windows_that_leave_pixels_out) {
  load(two_maps);
  const ExplainOptions options{.method = "sliding_occlusion", .window_step = 4};
  engine_ = make_full_engine(*network_, 1);
  EXPECT_THAT(
      test::message_of<InputError>([&] { Explainer(*network_, *engine_, options, windows(1), 1); }),
      HasSubstr("--window-step is 4"));
}

}  // namespace
}  // namespace csm
