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

int SpacingGrid::column_of(double x) const { return pixel_at((x - low_.x) / side_) + 1; }
int SpacingGrid::row_of(double y) const { return pixel_at((y - low_.y) / side_) + 1; }

void SpacingGrid::insert(int point) {
  const Point3& place = points_[point];
  cells_(row_of(place.y), column_of(place.x)).push_back(point);
}

/// Lays the cells anew, as wide as the mean spacing, with an empty one around; kept until the
/// points are four times as many.
void SpacingGrid::make_cells() {
  const int n = std::max(size(), 1);
  side_ = std::sqrt(area_ / n);
  cells_ = Grid<std::vector<int>>(row_of(high_.y) + 2, column_of(high_.x) + 2);
  for (int i = 0; i < size(); ++i) insert(i);
  n_until_finer_ = 4 * n;
}

void SpacingGrid::add(const Point3& point) {
  points_.push_back(point);
  if (size() >= n_until_finer_) {
    make_cells();
  } else {
    insert(size() - 1);
  }
}

double SpacingGrid::squared_distance(const Point3& point) const {
  double nearest = side_ * side_;
  const int column = column_of(point.x);
  const int row = row_of(point.y);
  for (int r = row - 1; r <= row + 1; ++r) {
    for (int c = column - 1; c <= column + 1; ++c) {
      for (const int i : cells_(r, c)) {
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
