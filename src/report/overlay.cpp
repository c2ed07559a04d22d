#include <algorithm>
#include <cmath>

#include "colour_map.h"
#include "csm/core/error.h"
#include "csm/report/pictures.h"

namespace csm {
namespace {

/// Share of the map's colour at a position of the scale: none at zero, most of it from two thirds
/// of the scale on; the face stays visible everywhere.
double opacity(double position) {
  constexpr double full_from = 0.65;
  const double t = std::clamp(std::abs(position) / full_from, 0.0, 1.0);
  return 0.75 * t * t * (3 - 2 * t);
}

/// Luma of a pixel. [ITU-R BT.601]
double grey_of(const std::uint8_t* rgb) { return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]; }

}  // namespace

RgbImage overlay_map(const Grid<float>& map, const Grid<std::int64_t>& count, const RgbImage& face,
                     const ColourScale& scale) {
  CSM_EXPECT(map.height() == count.height() && map.width() == count.width());
  CSM_EXPECT(map.height() == face.height && map.width() == face.width);
  RgbImage overlay(face.height, face.width);
  const std::int64_t least_count = least_coloured_count(count);
  for (int row = 0; row < face.height; ++row) {
    for (int column = 0; column < face.width; ++column) {
      const double grey = grey_of(face.pixel(row, column));
      const double value = map(row, column);
      const bool shown = count(row, column) >= least_count && std::isfinite(value);
      // What lies below a scale that begins at zero is not a positive saliency: the face stays.
      const double position = shown ? position_on(scale, value) : 0;
      const double share = scale.diverging || position > 0 ? opacity(position) : 0;
      const Rgb colour = colour_of(scale, shown ? value : 0);
      for (std::size_t channel = 0; channel < 3; ++channel) {
        overlay.pixel(row, column)[channel] =
            static_cast<std::uint8_t>(std::lround(share * colour[channel] + (1 - share) * grey));
      }
    }
  }
  return overlay;
}

}  // namespace csm
