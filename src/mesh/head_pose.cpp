#include "csm/mesh/head_pose.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "csm/core/error.h"

namespace csm {

HeadPose estimate_head_pose(std::span<const Point3> canonical, std::span<const Point3> image,
                            std::span<const std::pair<int, double>> weights) {
  CSM_EXPECT(weights.size() >= 3);
  const auto source = [&](int i) {
    const Point3& p = canonical[i];
    return Eigen::Vector3d(p.x, p.y, p.z);
  };
  // The image's axes are turned into those of the canonical face: y up, z to the viewer.
  const auto target = [&](int i) {
    const Point3& p = image[i];
    return Eigen::Vector3d(p.x, -p.y, -p.z);
  };

  // Both clouds about their weighted means.
  double total = 0;
  Eigen::Vector3d source_mean = Eigen::Vector3d::Zero();
  Eigen::Vector3d target_mean = Eigen::Vector3d::Zero();
  for (const auto& [index, weight] : weights) {
    total += weight;
    source_mean += weight * source(index);
    target_mean += weight * target(index);
  }
  CSM_EXPECT(total > 0);
  source_mean /= total;
  target_mean /= total;

  // The rotation of least squares by the singular values of their covariance (Kabsch 1976), without
  // a reflection.
  Eigen::Matrix3d covariance = Eigen::Matrix3d::Zero();
  for (const auto& [index, weight] : weights) {
    covariance +=
        weight * (target(index) - target_mean) * (source(index) - source_mean).transpose();
  }
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(covariance,
                                              Eigen::ComputeFullU | Eigen::ComputeFullV);
  Eigen::Matrix3d signs = Eigen::Matrix3d::Identity();
  if (svd.matrixU().determinant() * svd.matrixV().determinant() < 0) signs(2, 2) = -1;
  const Eigen::Matrix3d rotation = svd.matrixU() * signs * svd.matrixV().transpose();

  // Its angles, turned about y first, then x, then z.
  HeadPose pose;
  pose.yaw = std::atan2(rotation(0, 2), rotation(2, 2));
  pose.pitch = std::asin(std::clamp(rotation(1, 2), -1.0, 1.0));
  pose.roll = std::atan2(-rotation(1, 0), rotation(1, 1));
  return pose;
}

}  // namespace csm
