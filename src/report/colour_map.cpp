#include "colour_map.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace csm {
namespace {

/// sRGB of CIELAB under D65. [CIE 15:2004] sec. 8.2.1, [IEC 61966-2-1]
Rgb lab_colour(double lightness, double chroma, double hue) {
  const double fy = (lightness + 16) / 116;
  const double fx = fy + chroma * std::cos(hue) / 500;
  const double fz = fy - chroma * std::sin(hue) / 200;
  const auto from_f = [](double f) {
    return f > 6.0 / 29 ? f * f * f : (f - 16.0 / 116) * 108 / 841;
  };
  const double x = 0.95047 * from_f(fx);
  const double y = from_f(fy);
  const double z = 1.08883 * from_f(fz);
  const std::array<double, 3> linear = {3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
                                        -0.9692660 * x + 1.8760108 * y + 0.0415560 * z,
                                        0.0556434 * x - 0.2040259 * y + 1.0572252 * z};
  Rgb colour{};
  for (std::size_t i = 0; i < 3; ++i) {
    const double value = std::clamp(linear[i], 0.0, 1.0);
    const double encoded =
        value <= 0.0031308 ? 12.92 * value : 1.055 * std::pow(value, 1 / 2.4) - 0.055;
    colour[i] = static_cast<std::uint8_t>(std::lround(255 * encoded));
  }
  return colour;
}

const cv::Mat& inferno_table() {
  static const cv::Mat table = [] {
    cv::Mat steps(256, 1, CV_8UC1);
    for (int i = 0; i < 256; ++i) steps.at<std::uint8_t>(i) = static_cast<std::uint8_t>(i);
    cv::Mat bgr;
    cv::applyColorMap(steps, bgr, cv::COLORMAP_INFERNO);
    return bgr;
  }();
  return table;
}

}  // namespace

Rgb sequential_colour(double t) {
  const auto index = static_cast<int>(std::lround(255 * std::clamp(t, 0.0, 1.0)));
  const auto& bgr = inferno_table().at<cv::Vec3b>(index);
  return {bgr[2], bgr[1], bgr[0]};
}

Rgb diverging_colour(double t) {
  const double strength = std::min(std::abs(t), 1.0);
  const double red_hue = 32 * std::numbers::pi / 180;
  const double blue_hue = 277 * std::numbers::pi / 180;
  return lab_colour(97 - 57 * strength, (t < 0 ? 49 : 74) * strength, t < 0 ? blue_hue : red_hue);
}

double position_on(const ColourScale& scale, double value) {
  if (scale.diverging) {
    const double highest = std::max(std::abs(scale.lowest), std::abs(scale.highest));
    return highest > 0 ? value / highest : 0;
  }
  return scale.highest > scale.lowest ? (value - scale.lowest) / (scale.highest - scale.lowest) : 0;
}

Rgb colour_of(const ColourScale& scale, double value) {
  const double t = position_on(scale, value);
  return scale.diverging ? diverging_colour(t) : sequential_colour(t);
}

}  // namespace csm
