#pragma once
#include <opencv2/core.hpp>
#include <string>

#include "colour_map.h"

namespace csm {

enum class TextAlign { left, centre, right };

/// Width of a line of text [px] at a letter height [px].
int text_width(const std::string& text, int height);

/// Draws a line of UTF-8 text with its vertical middle at `position`, which is its left end, centre
/// or right end.
void draw_text(cv::Mat& canvas, const std::string& text, cv::Point position, int height,
               const Rgb& colour, TextAlign align = TextAlign::left);

/// Draws text that reads from bottom to top, centred on `position`.
void draw_upward_text(cv::Mat& canvas, const std::string& text, cv::Point position, int height,
                      const Rgb& colour);

/// The text cut to a width with an ellipsis where it is longer.
std::string fit_text(const std::string& text, int height, int width);

}  // namespace csm
