#pragma once
#include <string>

#include "csm/core/enum_names.h"

namespace csm {

/// Whether a CIS is divided by the number of squares over each pixel, Eq. (5).
enum class DensityNormalisation { on, off };

constexpr auto enum_names(DensityNormalisation) {
  return std::to_array<EnumName<DensityNormalisation>>(
      {{DensityNormalisation::on, "on"}, {DensityNormalisation::off, "off"}});
}

/// Whether left and right are told apart. map: the map of each image is averaged with its mirror
/// image; image: the network sees the mirror image of each image too, at twice the cost, and the
/// maps are averaged as with map.
enum class Mirror { off, map, image };

constexpr auto enum_names(Mirror) {
  return std::to_array<EnumName<Mirror>>(
      {{Mirror::off, "off"}, {Mirror::map, "map"}, {Mirror::image, "image"}});
}

struct SaliencyOptions {
  Mirror mirror = Mirror::off;  ///< --mirror
  DensityNormalisation density_normalisation =
      DensityNormalisation::on;  ///< --density-normalisation
  std::string group_by =
      "target";  ///< --group-by target|predicted|label|none|COLUMN of the manifest
};

}  // namespace csm
