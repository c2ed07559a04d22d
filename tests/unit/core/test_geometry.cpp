#include <gtest/gtest.h>

#include "csm/core/geometry.h"

namespace csm::test {
namespace {

TEST(GeometryTest, an_affine_map_takes_columns_a_b_c_and_d_e_f) {
  const Affine2 map{2, 3, 5, 7, 11, 13};
  EXPECT_EQ(map({1, 10}), (Point2{2 + 30 + 5, 7 + 110 + 13}));
}

TEST(GeometryTest, the_inverse_undoes_the_map) {
  const Affine2 map{2, 3, 5, 7, 11, 13};
  const Point2 there_and_back = map.inverse()(map({-4, 9}));
  EXPECT_NEAR(there_and_back.x, -4, 1e-9);
  EXPECT_NEAR(there_and_back.y, 9, 1e-9);
}

}  // namespace
}  // namespace csm::test
