#pragma once
#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace csm {

enum class AxisKind { linear, logarithmic };

/// One axis of a plot: which pixel a value falls on.
struct PlotAxis {
  AxisKind kind = AxisKind::linear;
  double lowest = 0;
  double highest = 1;
  int first_pixel = 0;  ///< of `lowest`
  int last_pixel = 1;   ///< of `highest`

  double pixel_of(double value) const;
};

/// Draws the frame's grid lines, tick labels and titles of both axes. `y.first_pixel` is the
/// bottom.
void draw_axes(cv::Mat& canvas, const PlotAxis& x, const PlotAxis& y,
               const std::vector<double>& x_ticks, const std::vector<double>& y_ticks,
               const std::string& x_title, const std::string& y_title);

}  // namespace csm
