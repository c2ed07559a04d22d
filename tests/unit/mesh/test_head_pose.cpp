#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "csm/mesh/head_pose.h"

namespace csm {
namespace {

const std::vector<Point3> face = {{0, 0, 5},  {-4, 3, 1},  {4, 3, 1.5},
                                  {0, -6, 2}, {-2, -3, 3}, {3, -2, 2.5}};
const std::vector<std::pair<int, double>> weights = {{0, 0.5}, {1, 1},   {2, 1},
                                                     {3, 2},   {4, 0.3}, {5, 1}};

/// The face turned by hand, step by step, as a camera sees it: x right, y down, z away; enlarged
/// and moved.
std::vector<Point3> seen(double yaw, double pitch, double roll) {
  std::vector<Point3> image;
  for (Point3 p : face) {
    // Roll to the subject's left shoulder: the top of the head (y) goes towards +x.
    p = {std::cos(roll) * p.x + std::sin(roll) * p.y, -std::sin(roll) * p.x + std::cos(roll) * p.y,
         p.z};
    // Pitch up: the nose (z) goes towards +y.
    p = {p.x, std::cos(pitch) * p.y + std::sin(pitch) * p.z,
         -std::sin(pitch) * p.y + std::cos(pitch) * p.z};
    // Yaw to the subject's left: the nose goes towards +x.
    p = {std::cos(yaw) * p.x + std::sin(yaw) * p.z, p.y,
         -std::sin(yaw) * p.x + std::cos(yaw) * p.z};
    image.push_back({300 + 12 * p.x, 200 - 12 * p.y, 7 - 12 * p.z});
  }
  return image;
}

TEST(HeadPose, RecoversKnownRotationsWithTheirSigns) {
  for (const double yaw : {-0.9, 0.0, 0.4}) {
    for (const double pitch : {-0.5, 0.0, 0.7}) {
      for (const double roll : {-1.2, 0.0, 0.3}) {
        const HeadPose pose = estimate_head_pose(face, seen(yaw, pitch, roll), weights);
        EXPECT_NEAR(pose.yaw, yaw, 1e-12);
        EXPECT_NEAR(pose.pitch, pitch, 1e-12);
        EXPECT_NEAR(pose.roll, roll, 1e-12);
      }
    }
  }
}

TEST(HeadPose, FollowsThePointsWithWeight) {
  std::vector<Point3> image = seen(0.3, 0, 0);
  image[3] = {900, 900, 900};
  auto without_third = weights;
  without_third[3].second = 0;
  EXPECT_NEAR(estimate_head_pose(face, image, without_third).yaw, 0.3, 1e-12);
  EXPECT_GT(std::abs(estimate_head_pose(face, image, weights).yaw - 0.3), 0.05);
}

}  // namespace
}  // namespace csm
