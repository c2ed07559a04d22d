#pragma once
#include <limits>
#include <span>
#include <utility>

#include "csm/core/geometry.h"

namespace csm {

/// Rotation of the head [rad]; yaw > 0 when the subject turns to the own left, pitch > 0 up, roll >
/// 0 to the own left shoulder. NaN if it is not known.
struct HeadPose {
  double yaw = std::numeric_limits<double>::quiet_NaN();
  double pitch = std::numeric_limits<double>::quiet_NaN();
  double roll = std::numeric_limits<double>::quiet_NaN();
};

/// Returns the rotation of the least-squares similarity that maps `canonical` (x to the subject's
/// left, y up, z to the viewer) to `image` (x right, y down, z away from the viewer, one scale),
/// over the weighted points (index, weight). Umeyama 1991, without reflection; R = Ry(yaw)
/// Rx(-pitch) Rz(-roll), the roll first.
/// @pre both have the indexed points; at least 3 points not on one line
HeadPose estimate_head_pose(std::span<const Point3> canonical, std::span<const Point3> image,
                            std::span<const std::pair<int, double>> weights);

}  // namespace csm
