#pragma once
#include <vector>

#include "csm/core/geometry.h"
#include "csm/core/grid.h"
#include "csm/core/sizes.h"

namespace csm {

/// Points of a surface, and how near the nearest of them is. Made for points that are added one by
/// one and that cover the whole surface evenly at any time.
class SpacingGrid {
 public:
  /// @pre low and high are opposite corners of a box around all points that will be added or asked
  /// for; area > 0 is the surface's
  SpacingGrid(const Point3& low, const Point3& high, double area);

  void add(const Point3& point);

  /// The squared distance to the nearest point added so far; if none lies within about the mean
  /// spacing, that spacing squared or more.
  double squared_distance(const Point3& point) const;

  int size() const { return int_size(points_); }

 private:
  int column_of(double x) const;
  int row_of(double y) const;
  void insert(int point);
  void make_cells();

  Point3 low_;
  Point3 high_;
  double area_;
  std::vector<Point3> points_;
  // Cells in x and y alone: a face is all but a height field.
  double side_ = 0;
  Grid<std::vector<int>> cells_;  ///< places in points_
  int n_until_finer_ = 0;
};

}  // namespace csm
