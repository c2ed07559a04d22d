#include "plot_axis.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "canvas.h"
#include "readable_text.h"
#include "text_drawing.h"

namespace csm {

double PlotAxis::pixel_of(double value) const {
  const auto place = [this](double v) { return kind == AxisKind::logarithmic ? std::log(v) : v; };
  const double span = place(highest) - place(lowest);
  const double t = span > 0 ? (place(value) - place(lowest)) / span : 0.5;
  return first_pixel + t * (last_pixel - first_pixel);
}

void draw_axes(cv::Mat& canvas, const PlotAxis& x, const PlotAxis& y,
               const std::vector<double>& x_ticks, const std::vector<double>& y_ticks,
               const std::string& x_title, const std::string& y_title) {
  constexpr int text_height = 20;
  for (const double tick : x_ticks) {
    const int column = cvRound(x.pixel_of(tick));
    cv::line(canvas, {column, y.last_pixel}, {column, y.first_pixel}, as_scalar(line_ink), 1);
    draw_text(canvas, readable_number(tick), {column, y.first_pixel + 22}, text_height, ink,
              TextAlign::centre);
  }
  for (const double tick : y_ticks) {
    const int row = cvRound(y.pixel_of(tick));
    cv::line(canvas, {x.first_pixel, row}, {x.last_pixel, row}, as_scalar(line_ink), 1);
    draw_text(canvas, readable_number(tick), {x.first_pixel - 12, row}, text_height, ink,
              TextAlign::right);
  }
  cv::line(canvas, {x.first_pixel, y.first_pixel}, {x.last_pixel, y.first_pixel}, as_scalar(ink),
           2);
  draw_text(canvas, x_title, {(x.first_pixel + x.last_pixel) / 2, y.first_pixel + 58}, text_height,
            ink, TextAlign::centre);
  draw_upward_text(canvas, y_title, {x.first_pixel - 82, (y.first_pixel + y.last_pixel) / 2},
                   text_height, ink);
}

}  // namespace csm
