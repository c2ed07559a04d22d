#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "csm/core/error.h"
#include "csm/mesh/crop.h"

namespace csm {
namespace {

/// The image's own memory as a matrix; nothing is written to it.
cv::Mat view_of(const RgbImage& image) {
  return {image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.values.data())};
}

/// A part of the source that was shrunk by whole blocks, and the map from source px to its px.
struct Shrunk {
  cv::Mat pixels;
  Affine2 from_source;
};

/// The blocks of factor x factor px that the output can see, averaged; blocks start at the image's
/// corner, and the image is extended by its border to whole blocks.
Shrunk shrink_blocks(const cv::Mat& source, const Affine2& to_output, int height, int width,
                     int factor) {
  // What the output can see of the source [px].
  const Affine2 to_source = to_output.inverse();
  double left = 1e18, right = -1e18, top = 1e18, bottom = -1e18;
  for (const Point2 corner : std::array<Point2, 4>{
           {{0, 0}, {width + 0.0, 0}, {0, height + 0.0}, {width + 0.0, height + 0.0}}}) {
    const Point2 p = to_source(corner);
    left = std::min(left, p.x), right = std::max(right, p.x), top = std::min(top, p.y),
    bottom = std::max(bottom, p.y);
  }

  // One block more on each side, so that the bilinear rule never meets a border that the image does
  // not have.
  const auto first_block = [&](double low) {
    return pixel_at(std::max(0.0, std::floor(low / factor) - 2));
  };
  const auto end_block = [&](double high, int size) {
    const int n_blocks = (size + factor - 1) / factor;
    return pixel_at(std::clamp(std::ceil(high / factor) + 2, 0.0, n_blocks + 0.0));
  };
  const int x0 = first_block(left), x1 = end_block(right, source.cols);
  const int y0 = first_block(top), y1 = end_block(bottom, source.rows);
  if (x1 <= x0 || y1 <= y0) return {cv::Mat(), {}};

  // Whole blocks: the image's last row and column are repeated where it ends within one.
  const int end_x = std::min(x1 * factor, source.cols);
  const int end_y = std::min(y1 * factor, source.rows);
  cv::Mat part =
      source(cv::Rect(x0 * factor, y0 * factor, end_x - x0 * factor, end_y - y0 * factor));
  if (end_x < x1 * factor || end_y < y1 * factor) {
    cv::copyMakeBorder(part, part, 0, y1 * factor - end_y, 0, x1 * factor - end_x,
                       cv::BORDER_REPLICATE | cv::BORDER_ISOLATED);
  }

  // The mean of each block is one pixel.
  Shrunk result;
  cv::resize(part, result.pixels, cv::Size(x1 - x0, y1 - y0), 0, 0, cv::INTER_AREA);
  const double scale = 1.0 / factor;
  result.from_source = {scale, 0, -1.0 * x0, 0, scale, -1.0 * y0};
  return result;
}

/// first, then second
Affine2 compose(const Affine2& first, const Affine2& second) {
  const Point2 shift = second({first.c, first.f});
  return {
      second.a * first.a + second.b * first.d, second.a * first.b + second.b * first.e, shift.x,
      second.d * first.a + second.e * first.d, second.d * first.b + second.e * first.e, shift.y};
}

bool is_plain_resize(const RgbImage& image, const Affine2& map, int height, int width) {
  constexpr double tolerance = 1e-9;
  return map.b == 0 && map.d == 0 && map.c == 0 && map.f == 0 &&
         std::abs(map.a * image.width - width) < tolerance * width &&
         std::abs(map.e * image.height - height) < tolerance * height;
}

}  // namespace

RgbImage warp_image(const RgbImage& image, const Affine2& to_output, int height, int width) {
  CSM_EXPECT(image.height > 0 && image.width > 0 && height > 0 && width > 0);
  RgbImage output(height, width);
  cv::Mat target(height, width, CV_8UC3, output.values.data());
  cv::Mat source = view_of(image);
  if (is_plain_resize(image, to_output, height, width)) {
    const bool shrinks = height <= image.height && width <= image.width;
    cv::resize(source, target, target.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
    return output;
  }
  Affine2 map = to_output;
  const double scale = std::sqrt(std::abs(map.a * map.e - map.b * map.d));
  CSM_EXPECT(std::isfinite(scale) && scale > 0);
  if (const int factor = pixel_at(std::min(1 / scale + 1e-9, 32767.0)); factor >= 2) {
    const Shrunk shrunk = shrink_blocks(source, map, height, width, factor);
    if (shrunk.pixels.empty()) return output;
    source = shrunk.pixels;
    map = compose(shrunk.from_source.inverse(), map);
  }
  // OpenCV counts from the centre of the first pixel, we from its outer corner.
  const cv::Matx23d matrix(map.a, map.b, map.c + (map.a + map.b - 1) / 2, map.d, map.e,
                           map.f + (map.d + map.e - 1) / 2);
  cv::warpAffine(source, target, matrix, target.size(), cv::INTER_LINEAR, cv::BORDER_CONSTANT,
                 cv::Scalar(0, 0, 0));
  return output;
}

}  // namespace csm
