#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "canvas.h"
#include "plot_axis.h"
#include "report_pictures.h"
#include "text_drawing.h"

namespace csm {
namespace {

enum class Marker { circle, square, triangle, diamond };

struct Curve {
  const std::vector<double>* values;
  std::string name;
  Rgb colour;  ///< of the colour-blind safe set of Okabe and Ito (2008)
  Marker marker;
};

void draw_marker(cv::Mat& canvas, cv::Point at, Marker marker, const Rgb& colour) {
  constexpr int radius = 6;
  std::vector<cv::Point> corners;
  switch (marker) {
    case Marker::circle:
      cv::circle(canvas, at, radius, as_scalar(colour), cv::FILLED, cv::LINE_AA);
      return;
    case Marker::square:
      corners = {{-5, -5}, {5, -5}, {5, 5}, {-5, 5}};
      break;
    case Marker::triangle:
      corners = {{0, -7}, {7, 5}, {-7, 5}};
      break;
    case Marker::diamond:
      corners = {{0, -7}, {7, 0}, {0, 7}, {-7, 0}};
      break;
  }
  for (cv::Point& corner : corners) corner += at;
  cv::fillConvexPoly(canvas, corners, as_scalar(colour), cv::LINE_AA);
}

void draw_curve(cv::Mat& canvas, const Curve& curve, const std::vector<std::int64_t>& counts,
                const PlotAxis& x, const PlotAxis& y) {
  std::vector<cv::Point> points;
  for (std::size_t i = 0; i < counts.size() && i < curve.values->size(); ++i) {
    const double value = (*curve.values)[i];
    if (!std::isfinite(value)) continue;
    points.emplace_back(cvRound(x.pixel_of(static_cast<double>(counts[i]))),
                        cvRound(y.pixel_of(value)));
  }
  cv::polylines(canvas, points, false, as_scalar(curve.colour), 3, cv::LINE_AA);
  for (const cv::Point& point : points) draw_marker(canvas, point, curve.marker, curve.colour);
}

/// Ticks of a logarithmic axis: 1, 2, 5, 10, ... where they leave room, else powers of ten; and the
/// last count.
std::vector<double> log_ticks(double lowest, double highest) {
  const bool is_long = highest / lowest > 2000;
  std::vector<double> ticks;
  const int highest_power = static_cast<int>(std::floor(std::log10(highest)));
  for (int power = 0; power <= highest_power; ++power) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double tick = factor * std::pow(10.0, power);
      if (tick < lowest || tick > highest || (is_long && factor > 1)) continue;
      ticks.push_back(tick);
    }
  }
  while (!ticks.empty() && ticks.back() > highest / 1.35) ticks.pop_back();
  ticks.push_back(highest);
  return ticks;
}

double lowest_value(const std::array<Curve, 4>& curves) {
  double lowest = 0;
  for (const Curve& curve : curves) {
    for (const double value : *curve.values) {
      if (std::isfinite(value)) lowest = std::min(lowest, value);
    }
  }
  return std::floor(lowest * 5) / 5;
}

/// The name of the axis, with the forwards that an image cost.
std::string image_axis_label(const Convergence& convergence) {
  if (convergence.forwards.empty()) return "images (logarithmic)";
  const double each =
      static_cast<double>(convergence.forwards.back()) /
      static_cast<double>(std::max<std::int64_t>(1, convergence.image_count.back()));
  return "images (logarithmic), " + std::to_string(std::llround(each)) + " forwards each";
}

}  // namespace

RgbImage draw_convergence(const Result& result) {
  const Convergence& convergence = result.convergence;
  const std::array<Curve, 4> curves = {{{&convergence.pearson_to_final,
                                         "Pearson, with the final map",
                                         {0, 114, 178},
                                         Marker::circle},
                                        {&convergence.spearman_to_final,
                                         "Spearman, with the final map",
                                         {86, 180, 233},
                                         Marker::square},
                                        {&convergence.ssim_to_final,
                                         "structural similarity, with the final map",
                                         {0, 158, 115},
                                         Marker::triangle},
                                        {&convergence.pearson_of_halves,
                                         "Pearson, one random half with the other",
                                         {213, 94, 0},
                                         Marker::diamond}}};
  cv::Mat canvas = blank_canvas(720, 1100);
  draw_text(canvas, "How the map settles while images are added", {40, 40}, 28, ink);
  if (convergence.image_count.empty()) {
    draw_text(canvas, "No image went into the map.", {550, 360}, 24, soft_ink, TextAlign::centre);
    return image_of(canvas);
  }
  const auto first = static_cast<double>(convergence.image_count.front());
  const auto last = std::max(first + 1, static_cast<double>(convergence.image_count.back()));
  const PlotAxis x{AxisKind::logarithmic, first, last, 130, 1060};
  const PlotAxis y{AxisKind::linear, lowest_value(curves), 1, 560, 160};
  std::vector<double> y_ticks;
  for (int i = static_cast<int>(std::lround(y.lowest * 5)); i <= 5; ++i) y_ticks.push_back(i / 5.0);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const cv::Point at(static_cast<int>(130 + 480 * (i % 2)), static_cast<int>(84 + 34 * (i / 2)));
    cv::line(canvas, at, {at.x + 44, at.y}, as_scalar(curves[i].colour), 3, cv::LINE_AA);
    draw_marker(canvas, {at.x + 22, at.y}, curves[i].marker, curves[i].colour);
    draw_text(canvas, curves[i].name, {at.x + 56, at.y}, 19, ink);
  }
  draw_axes(canvas, x, y, log_ticks(first, last), y_ticks, image_axis_label(convergence),
            "agreement");
  for (const Curve& curve : curves) draw_curve(canvas, curve, convergence.image_count, x, y);
  draw_text(canvas,
            "Curves \u201Cwith the final map\u201D end at 1 because the final map holds the same "
            "images; the halves "
            "share none.",
            {40, 690}, 17, soft_ink);
  return image_of(canvas);
}

}  // namespace csm
