#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "csm/core/grid.h"
#include "csm/core/image.h"
#include "csm/store/result.h"

namespace csm {

/// How values become colours: a perceptually uniform map; zero-centred and diverging where values
/// have both signs.
struct ColourScale {
  double lowest = 0;
  double highest = 1;
  bool diverging = false;
};

/// The least count of a coloured pixel: one in ten of the images of the best seen pixel, and one.
/// What fewer images show, such as the chin at the edge of a crop, would be speckles of single
/// images among means of many.
std::int64_t least_coloured_count(const Grid<std::int64_t>& count);

/// The scale of a map's coloured pixels: symmetric about zero at the 99.5th percentile of |value|
/// where a tenth of the absolute sum is negative, else from 0 to the 99.5th percentile.
ColourScale choose_colour_scale(const Grid<float>& map, const Grid<std::int64_t>& count);

/// The map drawn over a face: strong where the map is, the grey face shining through where it is
/// near zero.
/// @pre face is S x S; pixels below least_coloured_count show the face alone
RgbImage overlay_map(const Grid<float>& map, const Grid<std::int64_t>& count, const RgbImage& face,
                     const ColourScale& scale);

/// A map that was evaluated, on the network's input.
struct ExampleMap {
  std::string name;
  Grid<float> map;
  RgbImage darkened;  ///< the negative explanation image, Eq. (9)
};

/// One image of the report: the photo's warped face with its CIS.
struct ExampleImage {
  ImageRow row;
  RgbImage face;                 ///< canonical warp, S x S
  Grid<float> cis;               ///< S x S
  RgbImage photo;                ///< the network's input, for the re-projection (Fig. 6d)
  RgbImage reprojected;          ///< the CMS drawn on the network's input
  std::vector<ExampleMap> maps;  ///< that were evaluated
};

/// Writes <stem>.png (the CMS over the face with colour bar, title, units; group maps beside it),
/// <stem>_convergence.png, <stem>_regions.png, and <stem>.html, a self-contained report. Returns
/// the paths in this order. Errors: RunError if a file cannot be written.
std::vector<std::filesystem::path> write_report(const std::filesystem::path& stem,
                                                const Result& result,
                                                const std::vector<ExampleImage>& examples);

/// The table that the run prints at its end.
std::string summary_table(const Result& result);

}  // namespace csm
