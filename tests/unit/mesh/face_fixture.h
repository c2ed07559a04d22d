#pragma once
#include <cmath>

#include "face_topology.h"

namespace csm {

/// A made-up topology: a bowl-shaped grid of n_rows x n_columns vertices over x in [-7, 7], y in
/// [-9, 9], z falling to the rim; corners counter-clockwise seen from the front. Wider triangles on
/// the subject's left, so that areas differ.
inline FaceTopology bowl_topology(int n_rows, int n_columns) {
  FaceTopology topology;
  for (int row = 0; row < n_rows; ++row) {
    for (int column = 0; column < n_columns; ++column) {
      const double u = static_cast<double>(column) / (n_columns - 1);
      const double v = static_cast<double>(row) / (n_rows - 1);
      const double x = -7 + 14 * u * (0.6 + 0.4 * u);
      const double y = 9 - 18 * v;
      topology.canonical.vertices.push_back({x, y, 6 - 0.06 * (x * x + y * y)});
      topology.uv.push_back({0.05 + 0.9 * u, 0.05 + 0.9 * v});
    }
  }
  for (int row = 0; row + 1 < n_rows; ++row) {
    for (int column = 0; column + 1 < n_columns; ++column) {
      const int a = row * n_columns + column;
      const int below = a + n_columns;
      topology.canonical.triangles.push_back({a, below, a + 1});
      topology.canonical.triangles.push_back({a + 1, below, below + 1});
    }
  }
  topology.procrustes = {{0, 1.0}, {n_columns - 1, 1.0}, {n_rows * n_columns / 2, 2.0}};
  return topology;
}

}  // namespace csm
