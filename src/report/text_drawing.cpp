#include "text_drawing.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <opencv2/imgproc.hpp>

#ifdef CSM_HAVE_FREETYPE
#include <opencv2/freetype.hpp>
#endif

namespace csm {
namespace {

cv::Scalar scalar(const Rgb& colour) {
  return {double(colour[0]), double(colour[1]), double(colour[2])};
}

#ifdef CSM_HAVE_FREETYPE
/// A sans-serif font of the machine, or nullptr if there is none.
cv::freetype::FreeType2* font() {
  static const cv::Ptr<cv::freetype::FreeType2> instance =
      []() -> cv::Ptr<cv::freetype::FreeType2> {
    constexpr std::array<const char*, 4> files = {
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
        "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
        "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf", "/usr/share/fonts/TTF/DejaVuSans.ttf"};
    for (const char* file : files) {
      if (!std::filesystem::exists(file)) continue;
      try {
        cv::Ptr<cv::freetype::FreeType2> loaded = cv::freetype::createFreeType2();
        loaded->loadFontData(file, 0);
        return loaded;
      } catch (const cv::Exception&) {
        continue;
      }
    }
    return {};
  }();
  return instance.get();
}
#endif

/// OpenCV's strokes know ASCII only; a byte of any other letter becomes '?', a sequence one of
/// them.
std::string as_ascii(const std::string& text) {
  std::string ascii;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 128) ascii += c;
    if (byte >= 0xC0) ascii += '?';
  }
  return ascii;
}

constexpr int stroke_font = cv::FONT_HERSHEY_SIMPLEX;
double stroke_scale(int height) { return height / 30.0; }

void draw_left_text(cv::Mat& canvas, const std::string& text, cv::Point left_middle, int height,
                    const Rgb& colour) {
  // Middle of the capitals: about 0.36 of the font height above the baseline.
  const cv::Point baseline(left_middle.x, left_middle.y + height * 36 / 100);
#ifdef CSM_HAVE_FREETYPE
  if (font() != nullptr) {
    font()->putText(canvas, text, baseline, height, scalar(colour), -1, cv::LINE_AA, true);
    return;
  }
#endif
  cv::putText(canvas, as_ascii(text), baseline, stroke_font, stroke_scale(height), scalar(colour),
              height > 24 ? 2 : 1, cv::LINE_AA);
}

}  // namespace

int text_width(const std::string& text, int height) {
  if (text.empty()) return 0;
  int baseline = 0;
#ifdef CSM_HAVE_FREETYPE
  if (font() != nullptr) return font()->getTextSize(text, height, -1, &baseline).width;
#endif
  return cv::getTextSize(as_ascii(text), stroke_font, stroke_scale(height), 1, &baseline).width;
}

void draw_text(cv::Mat& canvas, const std::string& text, cv::Point position, int height,
               const Rgb& colour, TextAlign align) {
  if (text.empty()) return;
  const int width = text_width(text, height);
  if (align == TextAlign::centre) position.x -= width / 2;
  if (align == TextAlign::right) position.x -= width;
  draw_left_text(canvas, text, position, height, colour);
}

void draw_upward_text(cv::Mat& canvas, const std::string& text, cv::Point position, int height,
                      const Rgb& colour) {
  const int width = text_width(text, height) + 8;
  cv::Mat line(2 * height, width, CV_8UC3, canvas.at<cv::Vec3b>(position));
  draw_text(line, text, {width / 2, height}, height, colour, TextAlign::centre);
  cv::rotate(line, line, cv::ROTATE_90_COUNTERCLOCKWISE);
  const cv::Rect place =
      cv::Rect(position.x - line.cols / 2, position.y - line.rows / 2, line.cols, line.rows) &
      cv::Rect(0, 0, canvas.cols, canvas.rows);
  const cv::Point offset(place.x - (position.x - line.cols / 2),
                         place.y - (position.y - line.rows / 2));
  line(cv::Rect(offset, place.size())).copyTo(canvas(place));
}

std::string fit_text(const std::string& text, int height, int width) {
  if (text_width(text, height) <= width) return text;
  std::string shorter = text;
  while (!shorter.empty() && text_width(shorter + "...", height) > width) {
    // A UTF-8 letter goes as a whole.
    while (shorter.size() > 1 && (static_cast<unsigned char>(shorter.back()) & 0xC0U) == 0x80)
      shorter.pop_back();
    shorter.pop_back();
  }
  return shorter + "...";
}

}  // namespace csm
