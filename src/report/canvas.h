#pragma once
#include <opencv2/core.hpp>
#include <string>

#include "colour_map.h"
#include "csm/core/image.h"

/// Pictures under construction are cv::Mat of 8-bit RGB (not OpenCV's BGR); only encoding turns the
/// order round.
namespace csm {

inline constexpr Rgb ink = {33, 37, 41};
inline constexpr Rgb soft_ink = {95, 99, 104};
inline constexpr Rgb line_ink = {218, 220, 224};
inline constexpr Rgb paper = {255, 255, 255};

cv::Mat blank_canvas(int height, int width);
cv::Scalar as_scalar(const Rgb& colour);

/// A view of an image's pixels; the image must outlive it.
cv::Mat view_of(const RgbImage& image);
RgbImage image_of(const cv::Mat& canvas);

/// Puts an image into a rectangle of the canvas, scaled to fill it.
void place_image(cv::Mat& canvas, const RgbImage& image, const cv::Rect& place);

/// The PNG file of an image, as bytes. Errors: RunError.
std::string png_bytes(const RgbImage& image);

}  // namespace csm
