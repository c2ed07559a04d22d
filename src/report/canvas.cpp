#include "canvas.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "csm/core/error.h"

namespace csm {

cv::Scalar as_scalar(const Rgb& colour) {
  return {double(colour[0]), double(colour[1]), double(colour[2])};
}

cv::Mat blank_canvas(int height, int width) { return {height, width, CV_8UC3, as_scalar(paper)}; }

cv::Mat view_of(const RgbImage& image) {
  return {image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.values.data())};
}

RgbImage image_of(const cv::Mat& canvas) {
  RgbImage image(canvas.rows, canvas.cols);
  canvas.copyTo(view_of(image));
  return image;
}

void place_image(cv::Mat& canvas, const RgbImage& image, const cv::Rect& place) {
  if (image.values.empty()) return;
  const bool shrinks = image.width > place.width;
  cv::Mat scaled;
  cv::resize(view_of(image), scaled, place.size(), 0, 0,
             shrinks ? cv::INTER_AREA : cv::INTER_CUBIC);
  scaled.copyTo(canvas(place));
}

std::string png_bytes(const RgbImage& image) {
  CSM_EXPECT(image.height > 0 && image.width > 0);
  cv::Mat bgr;
  cv::cvtColor(view_of(image), bgr, cv::COLOR_RGB2BGR);
  std::vector<std::uint8_t> bytes;
  if (!cv::imencode(".png", bgr, bytes)) {
    throw RunError({"a picture of the report cannot be encoded", "OpenCV lacks the PNG format",
                    "Install libpng."});
  }
  return {bytes.begin(), bytes.end()};
}

}  // namespace csm
