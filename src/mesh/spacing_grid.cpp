#include "spacing_grid.h"

#include <algorithm>
#include <cmath>

#include "csm/core/error.h"

namespace csm {

SpacingGrid::SpacingGrid(const Point3& low, const Point3& high, double area)
    : low_(low), high_(high), area_(area) {
  CSM_EXPECT(area > 0 && low.x <= high.x && low.y <= high.y);
  make_cells();
}

std::size_t SpacingGrid::column_of(double x) const {
  return static_cast<std::size_t>((x - low_.x) / side_) + 1;
}
std::size_t SpacingGrid::row_of(double y) const {
  return static_cast<std::size_t>((y - low_.y) / side_) + 1;
}

void SpacingGrid::insert(std::size_t index) {
  const Point3& point = points_[index];
  cells_[row_of(point.y) * n_columns_ + column_of(point.x)].push_back(index);
}

/// Lays the cells anew, as wide as the mean spacing, with an empty one around; kept until the
/// points are four times as many.
void SpacingGrid::make_cells() {
  const std::size_t n = std::max<std::size_t>(points_.size(), 1);
  side_ = std::sqrt(area_ / static_cast<double>(n));
  n_columns_ = column_of(high_.x) + 2;
  cells_.assign(n_columns_ * (row_of(high_.y) + 2), {});
  for (std::size_t i = 0; i < points_.size(); ++i) insert(i);
  n_until_finer_ = 4 * n;
}

void SpacingGrid::add(const Point3& point) {
  points_.push_back(point);
  if (points_.size() >= n_until_finer_) {
    make_cells();
  } else {
    insert(points_.size() - 1);
  }
}

double SpacingGrid::squared_distance(const Point3& point) const {
  double nearest = side_ * side_;
  const std::size_t column = column_of(point.x);
  const std::size_t row = row_of(point.y);
  for (std::size_t r = row - 1; r <= row + 1; ++r) {
    for (std::size_t c = column - 1; c <= column + 1; ++c) {
      for (const std::size_t i : cells_[r * n_columns_ + c]) {
        const Point3& other = points_[i];
        const double x = point.x - other.x;
        const double y = point.y - other.y;
        const double z = point.z - other.z;
        nearest = std::min(nearest, x * x + y * y + z * z);
      }
    }
  }
  return nearest;
}

}  // namespace csm
