#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "canvas.h"
#include "csm/core/sizes.h"
#include "plot_axis.h"
#include "readable_text.h"
#include "report_pictures.h"
#include "text_drawing.h"

namespace csm {
namespace {

constexpr double interval_factor = 1.96;  // 95 % of a normal distribution
constexpr int row_height = 44;
constexpr int top = 100;
constexpr int left = 210;
constexpr int right = 980;

double half_width(const RegionSummary& region) {
  return std::isfinite(region.standard_error) ? interval_factor * region.standard_error : 0;
}

void draw_bar(cv::Mat& canvas, const RegionSummary& region, const PlotAxis& x, int middle) {
  const Rgb colour = region.mean < 0 ? diverging_colour(-0.8) : diverging_colour(0.8);
  const int zero = cvRound(x.pixel_of(0));
  const int end = cvRound(x.pixel_of(region.mean));
  cv::rectangle(canvas, {std::min(zero, end), middle - 13}, {std::max(zero, end), middle + 13},
                as_scalar(colour), cv::FILLED);
  const double reach = half_width(region);
  if (reach == 0) return;
  const int low = cvRound(x.pixel_of(region.mean - reach));
  const int high = cvRound(x.pixel_of(region.mean + reach));
  cv::line(canvas, {low, middle}, {high, middle}, as_scalar(ink), 2);
  for (const int column : {low, high})
    cv::line(canvas, {column, middle - 6}, {column, middle + 6}, as_scalar(ink), 2);
}

}  // namespace

std::vector<RegionSummary> strongest_regions(const Result& result) {
  std::vector<RegionSummary> regions;
  for (const RegionSummary& region : result.regions) {
    if (region.name != "none" && std::isfinite(region.mean)) regions.push_back(region);
  }
  std::stable_sort(regions.begin(), regions.end(),
                   [](const auto& a, const auto& b) { return a.mean > b.mean; });
  return regions;
}

RgbImage draw_regions(const Result& result) {
  const std::vector<RegionSummary> regions = strongest_regions(result);
  const int bottom = top + std::max(1, int_size(regions)) * row_height;
  cv::Mat canvas = blank_canvas(bottom + 100, 1160);
  // terms: allow, where is a place
  draw_text(canvas, "Where the network looks, by region of the face", {40, 40}, 28, ink);
  draw_text(canvas, "share", {right + 150, top - 22}, 18, soft_ink, TextAlign::right);
  double lowest = 0;
  double highest = 0;
  for (const RegionSummary& region : regions) {
    lowest = std::min(lowest, region.mean - half_width(region));
    highest = std::max(highest, region.mean + half_width(region));
  }
  if (highest == lowest) highest = lowest + 1;
  const double slack = 0.02 * (highest - lowest);
  if (lowest < 0) lowest -= slack;
  if (highest > 0) highest += slack;
  const PlotAxis x{AxisKind::linear, lowest, highest, left, right};
  const PlotAxis y{AxisKind::linear, 0, 1, bottom, top - 8};
  draw_axes(canvas, x, y, round_ticks(lowest, highest, 6), {},
            "mean " + value_with_unit(result) +
                ", with 95 % interval; left and right are the subject's own",
            "");
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const int middle = top + static_cast<int>(i) * row_height + row_height / 2;
    draw_bar(canvas, regions[i], x, middle);
    draw_text(canvas, readable_name(regions[i].name), {left - 14, middle}, 20, ink,
              TextAlign::right);
    draw_text(canvas, readable_number(100 * regions[i].share, 2) + " %", {right + 150, middle}, 20,
              ink, TextAlign::right);
  }
  const int zero = cvRound(x.pixel_of(0));
  cv::line(canvas, {zero, top - 8}, {zero, bottom}, as_scalar(ink), 2);
  return image_of(canvas);
}

}  // namespace csm
