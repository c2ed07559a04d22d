#pragma once
#include <cmath>

namespace csm {

/// A point of an image [px]: x to the right, y down, (0, 0) is the outer corner of the top left
/// pixel.
struct Point2 {
  double x = 0;
  double y = 0;
  bool operator==(const Point2&) const = default;
};

/// The row or column whose pixel holds a coordinate [px].
inline int pixel_at(double coordinate) { return static_cast<int>(std::floor(coordinate)); }

/// The whole number nearest to a length [px].
inline int round_to_int(double length) { return static_cast<int>(std::lround(length)); }

/// A point in space; the meaning of its axes is documented where it is used.
struct Point3 {
  double x = 0;
  double y = 0;
  double z = 0;
  bool operator==(const Point3&) const = default;
};

/// An upright rectangle [px].
struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  bool operator==(const Box&) const = default;
};

/// The affine map (x, y) -> (a x + b y + c, d x + e y + f).
struct Affine2 {
  double a = 1, b = 0, c = 0;
  double d = 0, e = 1, f = 0;

  Point2 operator()(Point2 p) const { return {a * p.x + b * p.y + c, d * p.x + e * p.y + f}; }

  /// The map that undoes this one. @pre the map is not singular.
  Affine2 inverse() const {
    const double determinant = a * e - b * d;
    Affine2 result{e / determinant, -b / determinant, 0, -d / determinant, a / determinant, 0};
    result.c = -(result.a * c + result.b * f);
    result.f = -(result.d * c + result.e * f);
    return result;
  }
};

}  // namespace csm
