#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "explained_image.h"
#include "explainer_test.h"

namespace csm {
namespace {

using testing::HasSubstr;

/// As two_maps, but an operator in the middle is not understood as a layer.
constexpr const char* partly_understood = R"(
def forward(self, x):
    y = torch.relu(torch.conv2d(x, self.weight))
    return torch.cumsum(y, 1).mean((2, 3))
)";

/// The first operator is not understood.
constexpr const char* black_box = R"(
def forward(self, x):
    y = torch.cumsum(x, 1)
    return torch.stack([y.sum((1, 2, 3)), y.mean((1, 2, 3))], 1)
)";

constexpr const char* not_differentiable = R"(
def forward(self, x):
    return torch.cumsum(x, 1).gt(3.0).type_as(x).sum((2, 3)).narrow(1, 0, 2)
)";

std::vector<std::string> all_but_our_own() {
  return names_of(method_facts(),
                  [](const MethodFacts& facts) { return facts.kind != MethodKind::own; });
}

/// Of two_maps: the two logits differ in their direction from image to image.
const std::vector<float> turning_weights = {1, 0.5, 0.25, 0.25, 1, 0.5};

TEST_F(ExplainerTest, every_method_makes_a_map_of_the_inputs_size_that_a_second_call_repeats) {
  load(two_maps, turning_weights);
  for (const std::string& method : all_but_our_own()) {
    const Grid<float> map = map_of(method);
    EXPECT_EQ(map.height(), height) << method;
    EXPECT_EQ(map.width(), width) << method;
    EXPECT_EQ(map, map_of(method)) << method;
    EXPECT_TRUE(std::any_of(map.values().begin(), map.values().end(), [](float value) {
      return value != 0;
    })) << method;
  }
}

TEST_F(ExplainerTest, no_map_depends_on_the_batch_size_but_for_rounding) {
  load(two_maps, turning_weights);
  for (const std::string& method : all_but_our_own())
    EXPECT_LT(largest_difference(map_of(method, 0, 1), map_of(method, 0, 7)), 1e-5) << method;
}

TEST_F(ExplainerTest, the_gradient_of_a_linear_network_is_its_weights) {
  std::vector<float> weight(3 * height * width);
  std::iota(weight.begin(), weight.end(), -100.0F);
  test::write_linear_classifier(folder_.path() / "m.pt", height, width, weight);
  network_ = std::make_unique<Network>(folder_.path() / "m.pt", ModelRole::classifier,
                                       test::test_device());
  for (const std::string method : {"gradient", "smoothgrad"}) {
    const Grid<float> map = map_of(method);
    for (int i = 0; i < height * width; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const float largest =
          std::max({std::abs(weight[at]), std::abs(weight[at + 80]), std::abs(weight[at + 160])});
      EXPECT_NEAR(map.values()[at], largest, 1e-3) << method;
    }
  }
}

TEST_F(ExplainerTest, integrated_gradients_sum_to_the_change_from_the_fill) {
  load(two_maps);
  const Grid<float> map = map_of("integrated_gradients");
  const double logit =
      std::accumulate(picture_.values.begin(), picture_.values.end(), 0.0) / (height * width);
  EXPECT_NEAR(std::accumulate(map.values().begin(), map.values().end(), 0.0), logit, 1e-4);
}

TEST_F(ExplainerTest, grad_cam_of_a_network_of_means_is_the_map_itself) {
  load(two_maps);
  const Grid<float> map = map_of("grad_cam");
  for (int row = 0; row < height; ++row) {
    for (int column = 0; column < width; ++column) {
      const std::uint8_t* rgb = picture_.pixel(row, column);
      EXPECT_NEAR(map(row, column), (rgb[0] + rgb[1] + rgb[2]) / 80.0, 1e-6);
    }
  }
}

TEST_F(ExplainerTest, guided_backpropagation_stops_negative_gradients) {
  // 1 x 1 convolutions: y = relu(sum of colours), z = relu(5 - 0.5 y), score = mean of -z + 2 y.
  // Plain: dscore/dy = 2.5 where z > 0. Guided: the gradient -1 at z does not pass, so 2 is left.
  load(R"(
def forward(self, x):
    y = torch.relu(torch.conv2d(x, self.weight))
    z = torch.relu(torch.mul(y, -0.5) + 5.0)
    s = (torch.mul(y, 2.0) - z).mean((2, 3))
    return torch.cat([s, s], 1)
)",
       {1, 1, 1}, {1, 3, 1, 1});
  const Grid<float> plain = map_of("gradient");
  const Grid<float> guided = map_of("guided_backprop");
  int n_shown = 0;
  for (int row = 0; row < height; ++row) {
    for (int column = 0; column < width; ++column) {
      const std::uint8_t* rgb = picture_.pixel(row, column);
      const int sum = rgb[0] + rgb[1] + rgb[2];
      EXPECT_NEAR(plain(row, column), (sum > 0 ? 2.5 : 0) / 80, 1e-6);
      EXPECT_NEAR(guided(row, column), (sum > 0 ? 2 : 0) / 80.0, 1e-6);
      n_shown += sum > 0 ? 1 : 0;
    }
  }
  EXPECT_GT(n_shown, 60);
}

TEST_F(ExplainerTest, guided_grad_cam_pp_is_the_product_of_both) {
  load(two_maps);
  const Grid<float> product = map_of("guided_grad_cam_pp");
  const Grid<float> cam = map_of("grad_cam_pp");
  const Grid<float> guided = map_of("guided_backprop");
  for (std::int64_t q = 0; q < product.size(); ++q)
    EXPECT_NEAR(product[q], cam[q] * guided[q], 1e-7);
}

TEST_F(ExplainerTest, a_network_that_is_understood_in_part_is_differentiated_through_its_rest) {
  load(partly_understood);
  // The logits are the means of relu(s) and of relu(s) + relu(-s), s the sum of the colours, which
  // is not negative.
  const Grid<float> gradient = map_of("gradient");
  EXPECT_NEAR(gradient(0, 0),
              picture_.pixel(0, 0)[0] + picture_.pixel(0, 0)[1] + picture_.pixel(0, 0)[2] > 0
                  ? 1 / 80.0
                  : 0,
              1e-6);
  EXPECT_THAT(refusal("guided_backprop"), HasSubstr("'cumsum'"));
  const std::string message = refusal("grad_cam");
  EXPECT_THAT(message, HasSubstr("--cam-layer: "));
  const std::size_t first = message.find("--cam-layer: ") + 13;
  cam_layer_ = message.substr(first, message.find(" (", first) - first);
  EXPECT_NEAR(map_of("grad_cam")(0, 1),
              (picture_.pixel(0, 1)[0] + picture_.pixel(0, 1)[1] + picture_.pixel(0, 1)[2]) / 80.0,
              1e-6);
  EXPECT_EQ(map_of("score_cam").height(), height);
}

TEST_F(ExplainerTest, a_black_box_has_gradients_but_no_layers) {
  load(black_box);
  // Red counts three times, green twice: the largest gradient is 3.
  for (const std::string method : {"gradient", "smoothgrad"})
    EXPECT_NEAR(map_of(method)(2, 3), 3, 1e-5) << method;
  for (const std::string method : {"grad_cam", "grad_cam_pp", "score_cam", "guided_backprop"})
    EXPECT_THAT(refusal(method), HasSubstr("is not understood as layers")) << method;
  EXPECT_EQ(map_of("rise").height(), height);
}

TEST_F(ExplainerTest, the_embedding_of_a_black_box_is_differentiated_more_than_once) {
  load(R"(
def forward(self, x):
    y = torch.cumsum(x, 1)
    return torch.stack([(y * y).sum((1, 2, 3)), y.sum((1, 2, 3))], 1)
)");
  const Grid<float> nothing(height, width);
  for (const std::string method : {"fggb", "xssab"}) {
    EXPECT_GT(largest_difference(map_of(method, 0, 1), nothing), 1e-6) << method;
    EXPECT_LT(largest_difference(map_of(method, 0, 1), map_of(method, 0, 2)), 1e-6) << method;
  }
}

TEST_F(ExplainerTest, a_network_that_cannot_be_differentiated_is_refused_before_any_image) {
  load(not_differentiable);
  EXPECT_THAT(refusal("gradient"), HasSubstr("cannot be differentiated"));
  EXPECT_EQ(map_of("sliding_occlusion").height(), height);
}

TEST_F(ExplainerTest, random_methods_follow_the_seed) {
  load(two_maps);
  const std::vector<std::string> random =
      names_of(method_facts(), [](const MethodFacts& facts) { return facts.needs.seed; });
  EXPECT_THAT(random, testing::ElementsAre("smoothgrad", "rise", "corr_rise", "random"));
  for (const std::string& method : random) {
    Explainer explainer = make(method, *network_);
    const TargetScore target{.confidence = Confidence::logit};
    const Grid<float> first = explainer.explain(picture_, {}, target, 1).map;
    EXPECT_EQ(first, explainer.explain(picture_, {}, target, 1).map) << method;
    EXPECT_NE(first, explainer.explain(picture_, {}, target, 2).map) << method;
  }
}

TEST_F(ExplainerTest, tells_its_passes_and_its_layer) {
  load(two_maps);
  EXPECT_EQ(make("smoothgrad", *network_).passes().backwards, 5);
  EXPECT_EQ(make("score_cam", *network_).passes().forwards, 3);
  // Windows of 3 px, step 2: at 0, 2, 4, 5 along y and at 0, 2, 4, 6, 7 along x; and the clean
  // image.
  EXPECT_EQ(make("sliding_occlusion", *network_).passes().forwards, 21);
  EXPECT_EQ(make("random", *network_).passes().forwards, 0);
  EXPECT_THAT(make("grad_cam", *network_).cam_layer(), HasSubstr("(pointwise, 2 x 8 x 10)"));
  EXPECT_EQ(make("rise", *network_).cam_layer(), "");
}

TEST_F(ExplainerTest, takes_the_passes_that_it_tells) {
  load(two_maps, {1, 1, 1, 2, 2, 2});
  const std::vector<Point2> face = {{2, 3}, {6, 5}};
  for (const std::string& method : all_but_our_own()) {
    Explainer explainer = make(method, *network_);
    for (int time = 0; time < 2; ++time) {
      const Explanation explanation = explainer.explain(picture_, face, target_for(method, 0), 1);
      EXPECT_EQ(explanation.cost, explainer.passes()) << method;
    }
  }
}

/// A channel and its negative: after the rectifier one of them is 0 everywhere: no score is asked
/// for what it would mask.
TEST_F(ExplainerTest, score_cam_passes_over_channels_without_a_pattern) {
  load(two_maps, {1, 1, 1, -1, -1, -1});
  Explainer explainer = make("score_cam", *network_);
  EXPECT_EQ(explainer.explain(picture_, {}, {.confidence = Confidence::logit}, 1).cost.forwards, 2);
  EXPECT_TRUE(explainer.facts().is_cost_upper_bound);
  EXPECT_EQ(explainer.passes().forwards, 3);
}

/// What a method does not declare among its needs is not prepared, so that asking for it is a
/// mistake of the method.
TEST_F(ExplainerTest, a_method_gets_only_what_it_declares_that_it_needs) {
  load(two_maps);
  engine_ = make_full_engine(*network_, 1);
  const SaliencyMethod method = {.facts = {.name = "undeclared"}, .describe = nullptr};
  const MethodContext context = make_method_context(method, *network_, *engine_, {}, windows(1), 1);
  const TargetScore target{.confidence = Confidence::logit};
  ExplainedImage image(context, picture_, {}, target, 1);
  EXPECT_THROW(image.layer_value(), ContractError);
  EXPECT_THROW(image.layer_gradient(), ContractError);
  EXPECT_THROW(image.gradient_score(Rectifiers::guided), ContractError);
  EXPECT_EQ(image.cost(), PassesPerImage{});
}

}  // namespace
}  // namespace csm
