#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include "cam_layer.h"
#include "csm/core/error.h"
#include "support/message_of.h"
#include "support/random_program.h"

namespace csm {
namespace {

using test::layer_ids;
using testing::HasSubstr;

/// input 0 - conv 1 - relu 2 - pool 3 - batch norm 4 - global average 5 - linear 6; beside it: conv
/// 7 - relu 8 from 2.
LayerProgram branched() {
  using namespace layer;
  LayerProgram program;
  program.layers = {{Input{}, {}, {3, 8, 10}, "x"},
                    {Convolution{}, layer_ids({0}), {4, 8, 10}, "conv"},
                    {Pointwise{}, layer_ids({1}), {4, 8, 10}, "relu"},
                    {MaxPool{}, layer_ids({2}), {4, 4, 5}, "pool"},
                    {ScaleShift{}, layer_ids({3}), {4, 4, 5}, "norm"},
                    {GlobalAverage{false}, layer_ids({4}), {4}, "mean"},
                    {Linear{}, layer_ids({5}), {2}, "scores"},
                    {Convolution{}, layer_ids({2}), {1, 8, 10}, "other conv"},
                    {Pointwise{}, layer_ids({7}), {1, 8, 10}, "other"}};
  program.outputs = layer_ids({6, 8});
  return program;
}

TEST(FindCamLayer, takes_the_last_feature_map_that_the_score_rests_on) {
  EXPECT_EQ(find_cam_layer(branched(), {0}, ""), LayerId(4));
  EXPECT_EQ(find_cam_layer(branched(), {1}, ""), LayerId(8));
}

TEST(FindCamLayer, takes_pooling_for_a_part_of_the_head) {
  LayerProgram program = branched();
  program.layers[LayerId(4)] = {layer::Flatten{}, layer_ids({3}), {80}, "flat"};
  program.layers[LayerId(5)] = {layer::Softmax{}, layer_ids({4}), {80}, "p"};
  EXPECT_EQ(find_cam_layer(program, {0}, ""), LayerId(2));
}

TEST(FindCamLayer, takes_no_map_in_front_of_the_first_convolution_and_none_of_one_pixel) {
  using namespace layer;
  LayerProgram program;
  program.layers = {{Input{}, {}, {3, 8, 10}, "x"},
                    {ScaleShift{}, layer_ids({0}), {3, 8, 10}, "normalised"},
                    {Convolution{}, layer_ids({1}), {4, 1, 1}, "conv"},
                    {Flatten{}, layer_ids({2}), {4}, "scores"}};
  program.outputs = layer_ids({3});
  EXPECT_THAT(test::message_of<InputError>([&] { find_cam_layer(program, {0}, ""); }),
              HasSubstr("no feature map of a convolution"));
}

TEST(FindCamLayer, takes_the_layer_of_a_name_and_names_those_that_there_are) {
  EXPECT_EQ(find_cam_layer(branched(), {0}, "conv"), LayerId(1));
  const std::string message =
      test::message_of<InputError>([] { find_cam_layer(branched(), {0}, "other"); });
  EXPECT_THAT(message, HasSubstr("--cam-layer is 'other'"));
  EXPECT_THAT(
      message,
      HasSubstr(
          "Valid: conv (convolution, 4 x 8 x 10), relu (pointwise, 4 x 8 x 10), norm (scale"));
}

TEST(FindCamLayer, wants_a_name_where_the_end_of_the_network_is_not_understood) {
  LayerProgram program = branched();
  program.outputs.clear();
  program.tail = Tail{.inputs = layer_ids({3}), .run = {}, .reason = "einsum"};
  const std::string message =
      test::message_of<InputError>([&] { find_cam_layer(program, {0}, ""); });
  EXPECT_THAT(message, HasSubstr("'einsum'"));
  EXPECT_THAT(message, HasSubstr("--cam-layer: conv (convolution"));
  EXPECT_EQ(find_cam_layer(program, {0}, "relu"), LayerId(2));
}

}  // namespace
}  // namespace csm
