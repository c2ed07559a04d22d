#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "canvas.h"
#include "csm/store/group_difference.h"
#include "readable_text.h"
#include "report_pictures.h"
#include "text_drawing.h"

namespace csm {
namespace {

constexpr int margin = 36;
constexpr int header_height = 112;
constexpr int footer_height = 52;
constexpr int map_size = 720;        ///< side of the main map on the page [px]
constexpr int bar_area_width = 170;  ///< colour bar with its numbers
constexpr int tile_gap = 28;
constexpr int tile_text_height = 76;  ///< name above and bar below a tile
constexpr std::size_t max_tiles = 12;

/// A small map beside the main one.
struct Tile {
  std::string name;
  std::string caption;
  RgbImage picture;
  ColourScale scale;
};

void draw_vertical_bar(cv::Mat& canvas, const cv::Rect& place, const ColourScale& scale,
                       const std::string& title) {
  for (int row = 0; row < place.height; ++row) {
    const double t = 1 - (row + 0.5) / place.height;
    const Rgb colour = colour_of(scale, scale.lowest + t * (scale.highest - scale.lowest));
    cv::line(canvas, {place.x, place.y + row}, {place.x + place.width - 1, place.y + row},
             as_scalar(colour));
  }
  cv::rectangle(canvas, place, as_scalar(soft_ink), 1);
  for (const double tick : round_ticks(scale.lowest, scale.highest, 6)) {
    const double t = (tick - scale.lowest) / (scale.highest - scale.lowest);
    const int row = place.y + cvRound((1 - t) * (place.height - 1));
    cv::line(canvas, {place.x + place.width, row}, {place.x + place.width + 6, row}, as_scalar(ink),
             1);
    draw_text(canvas, readable_number(tick), {place.x + place.width + 12, row}, 20, ink);
  }
  draw_upward_text(canvas, title, {place.x + place.width + 112, place.y + place.height / 2}, 20,
                   ink);
}

void draw_horizontal_bar(cv::Mat& canvas, const cv::Rect& place, const ColourScale& scale) {
  for (int column = 0; column < place.width; ++column) {
    const double t = (column + 0.5) / place.width;
    const Rgb colour = colour_of(scale, scale.lowest + t * (scale.highest - scale.lowest));
    cv::line(canvas, {place.x + column, place.y}, {place.x + column, place.y + place.height - 1},
             as_scalar(colour));
  }
  cv::rectangle(canvas, place, as_scalar(soft_ink), 1);
  const int row = place.y + place.height + 13;
  draw_text(canvas, readable_number(scale.lowest, 2), {place.x, row}, 16, ink);
  if (scale.diverging)
    draw_text(canvas, "0", {place.x + place.width / 2, row}, 16, ink, TextAlign::centre);
  draw_text(canvas, readable_number(scale.highest, 2), {place.x + place.width, row}, 16, ink,
            TextAlign::right);
}

/// The map over the face, cut at the face's edge: the patches of its outermost vertices reach over
/// it, where nothing was covered. What is black because no mesh covers it becomes paper.
RgbImage map_on_paper(const Grid<float>& map, const Grid<std::int64_t>& count, const RgbImage& face,
                      const ColourScale& scale) {
  RgbImage picture = overlay_map(map, count, face, scale);
  for (int row = 0; row < face.height; ++row) {
    for (int column = 0; column < face.width; ++column) {
      const std::uint8_t* rgb = face.pixel(row, column);
      const bool is_outside = rgb[0] == 0 && rgb[1] == 0 && rgb[2] == 0;
      if (is_outside) std::copy(paper.begin(), paper.end(), picture.pixel(row, column));
    }
  }
  return picture;
}

/// One scale for all groups, so that their colours compare.
ColourScale common_scale(const std::vector<GroupMap>& groups) {
  ColourScale common{0, 0, false};
  for (const GroupMap& group : groups) {
    const ColourScale scale = choose_colour_scale(group.map.mean, group.map.count);
    common.diverging = common.diverging || scale.diverging;
    common.highest = std::max(common.highest, scale.highest);
  }
  common.lowest = common.diverging ? -common.highest : 0;
  return common;
}

/// Pixels where the map is a number.
Grid<std::int64_t> known_pixels(const Grid<float>& map) {
  Grid<std::int64_t> known(map.height(), map.width());
  for (std::int64_t i = 0; i < map.size(); ++i)
    known.values()[i] = std::isfinite(map.values()[i]) ? 1 : 0;
  return known;
}

/// A signed map: its scale is zero-centred whatever its values are.
Tile signed_tile(const std::string& name, const std::string& caption, const Grid<float>& map,
                 const RgbImage& face) {
  const Grid<std::int64_t> known = known_pixels(map);
  ColourScale scale = choose_colour_scale(map, known);
  scale = {-scale.highest, scale.highest, true};
  return {name, caption, map_on_paper(map, known, face, scale), scale};
}

/// The largest groups in their own order, then the difference and its significance if there are
/// two.
std::vector<Tile> make_tiles(const Result& result, const RgbImage& face) {
  std::vector<GroupMap> groups = result.groups;
  while (groups.size() > max_tiles) {
    groups.erase(std::min_element(
        groups.begin(), groups.end(),
        [](const GroupMap& a, const GroupMap& b) { return a.map.n_images < b.map.n_images; }));
  }
  const ColourScale scale = common_scale(groups);
  std::vector<Tile> tiles;
  tiles.reserve(groups.size() + 2);
  for (const GroupMap& group : groups) {
    tiles.push_back({group.name, "n = " + std::to_string(group.map.n_images),
                     map_on_paper(group.map.mean, group.map.count, face, scale), scale});
  }
  if (result.groups.size() == 2) {
    const GroupDifference compared = compare_groups(result.groups[0].map, result.groups[1].map);
    tiles.push_back(signed_tile(result.groups[0].name + " \u2212 " + result.groups[1].name, "",
                                compared.difference, face));
    tiles.push_back(signed_tile("in standard errors", "", compared.significance, face));
  }
  return tiles;
}

/// Where tiles go: the rows fill the height of the main map.
struct TileGrid {
  int n_rows = 0;
  int n_columns = 0;
  int side = 0;
  int width() const { return n_columns * (side + tile_gap); }
};

TileGrid arrange(std::size_t n_tiles) {
  if (n_tiles == 0) return {};
  const int n_rows = n_tiles <= 4 ? 2 : 3;
  const int n_columns = (static_cast<int>(n_tiles) + n_rows - 1) / n_rows;
  return {n_rows, n_columns, (map_size - (n_rows - 1) * 16) / n_rows - tile_text_height};
}

void draw_tiles(cv::Mat& canvas, const std::vector<Tile>& tiles, const TileGrid& grid,
                cv::Point corner) {
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const int row = static_cast<int>(i) / grid.n_columns;
    const int column = static_cast<int>(i) % grid.n_columns;
    const int left = corner.x + column * (grid.side + tile_gap);
    const int top = corner.y + row * (grid.side + tile_text_height + 16);
    const int caption_width = text_width(tiles[i].caption, 16);
    draw_text(canvas, fit_text(tiles[i].name, 19, grid.side - caption_width - 8), {left, top + 10},
              19, ink);
    draw_text(canvas, tiles[i].caption, {left + grid.side, top + 10}, 16, soft_ink,
              TextAlign::right);
    place_image(canvas, tiles[i].picture, {left, top + 26, grid.side, grid.side});
    draw_horizontal_bar(canvas, {left, top + 26 + grid.side + 8, grid.side, 10}, tiles[i].scale);
  }
}

/// How far the map would change with other images.
std::string agreement_text(const Result& result) {
  const std::vector<double>& halves = result.convergence.pearson_of_halves;
  if (halves.empty() || !std::isfinite(halves.back())) return "";
  return " Two random halves of the images agree at r = " + readable_number(halves.back(), 2) +
         " (1: alike, 0: noise).";
}

}  // namespace

RgbImage draw_map_picture(const Result& result) {
  const RgbImage face = face_to_paint_on(result);
  const ColourScale scale = choose_colour_scale(result.cms.mean, result.cms.count);
  const std::vector<Tile> tiles = make_tiles(result, face);
  const TileGrid grid = arrange(tiles.size());
  const int width =
      margin + map_size + 20 + bar_area_width + (tiles.empty() ? 0 : grid.width() + 12) + margin;
  cv::Mat canvas = blank_canvas(header_height + map_size + footer_height, width);

  int title_height = 34;
  while (title_height > 20 && text_width(result.title, title_height) > width - 2 * margin)
    --title_height;
  draw_text(canvas, fit_text(result.title, title_height, width - 2 * margin), {margin, 40},
            title_height, ink);
  const std::string groups = tiles.empty() ? "" : "; beside it the groups by " + result.group_by;
  draw_text(
      canvas,
      fit_text((result.n_images == 1 ? "One image"
                                     : "Mean of " + std::to_string(result.n_images) + " images") +
                   ", " + result.words.value + " " + result.words.place + groups,
               20, width - 2 * margin),
      {margin, 82}, 20, soft_ink);
  place_image(canvas, map_on_paper(result.cms.mean, result.cms.count, face, scale),
              {margin, header_height, map_size, map_size});
  draw_vertical_bar(canvas, {margin + map_size + 20, header_height, 26, map_size}, scale,
                    value_with_unit(result));
  draw_tiles(canvas, tiles, grid, {margin + map_size + 20 + bar_area_width, header_height});
  draw_text(canvas,
            fit_text("The subject's left is on the right." + agreement_text(result), 18,
                     width - 2 * margin),
            {margin, header_height + map_size + 26}, 18, soft_ink);
  return image_of(canvas);
}

}  // namespace csm
