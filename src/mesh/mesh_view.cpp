#include "mesh_view.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "csm/core/error.h"

namespace csm {
namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, 3>;

/// The points about their mean, y up.
Rows centred(std::span<const Point3> points, double sign_of_y) {
  Rows rows(std::ssize(points), 3);
  Eigen::Index i = 0;
  for (const Point3& point : points) rows.row(i++) << point.x, sign_of_y * point.y, point.z;
  return rows.rowwise() - rows.colwise().mean();
}

/// z scaled to the depth that faces have, since files count it in units of their own.
Rows with_depth_of_faces(Rows rows) {
  constexpr double depth = 0.7;  // standard deviation of z / that of x and y
  const double spread = rows.col(2).norm();
  if (spread > 0) rows.col(2) *= depth * rows.leftCols<2>().norm() / std::sqrt(2.0) / spread;
  return rows;
}

/// The map of least squares from `source` to `target`; directions that the source does not have
/// give nothing.
Eigen::Matrix3d fit_map(const Rows& source, const Rows& target) {
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> spread(source.transpose() * source);
  Eigen::Vector3d inverse = Eigen::Vector3d::Zero();
  for (int i = 0; i < 3; ++i) {
    if (spread.eigenvalues()(i) > 1e-9 * spread.eigenvalues()(2))
      inverse(i) = 1 / spread.eigenvalues()(i);
  }
  return spread.eigenvectors() * inverse.asDiagonal() * spread.eigenvectors().transpose() *
         source.transpose() * target;
}

int sign_beyond(double value, double limit) { return value > limit ? 1 : value < -limit ? -1 : 0; }

}  // namespace

MeshView view_mesh(std::span<const Point3> canonical, std::span<const Point3> mesh) {
  CSM_EXPECT(canonical.size() == mesh.size() && mesh.size() >= 3);
  const Rows source = with_depth_of_faces(centred(canonical, 1));
  const Rows target = centred(mesh, -1);
  const Eigen::Matrix3d map = fit_map(source, target);  // its columns give x, y and z of the mesh

  MeshView view;
  const double spread = target.leftCols<2>().squaredNorm();
  const double rest = (target - source * map).leftCols<2>().squaredNorm();
  view.likeness = spread > 0 ? 1 - rest / spread : 0;

  // The rows of a rotation, each with a scale of its own.
  const Eigen::Vector3d right = map.col(0);
  const Eigen::Vector3d up = map.col(1);
  if (!(right.norm() > 0) || !(up.norm() > 0)) return view;
  const Eigen::Vector3d to_viewer = right.normalized().cross(up.normalized());
  view.facing = to_viewer.z();
  view.roll = std::atan2(-up.x(), up.y());
  view.aspect = right.norm() / up.norm();
  if (has_depth(canonical) && has_depth(mesh)) {
    const double along = map.col(2).dot(to_viewer) / (map.col(2).norm() + 1e-12);
    view.depth_sign = sign_beyond(along, 0.5);
  }
  return view;
}

bool has_depth(std::span<const Point3> mesh) {
  const auto [low, high] = std::minmax_element(
      mesh.begin(), mesh.end(), [](const Point3& a, const Point3& b) { return a.z < b.z; });
  return low != mesh.end() && high->z > low->z;
}

bool has_depth_away(std::span<const Point3> mesh) {
  if (!has_depth(mesh)) return false;
  const Rows rows = centred(mesh, 1);
  const Eigen::VectorXd off_centre = rows.leftCols<2>().rowwise().squaredNorm();
  const Eigen::VectorXd varying = off_centre.array() - off_centre.mean();
  const double correlation =
      varying.dot(rows.col(2)) / (varying.norm() * rows.col(2).norm() + 1e-12);
  return correlation > 0.4;  // -0.54 on the canonical mesh of PRNet, whose z runs to the viewer
}

}  // namespace csm
