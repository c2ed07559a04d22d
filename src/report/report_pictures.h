#pragma once
#include <string>
#include <vector>

#include "csm/core/image.h"
#include "csm/report/pictures.h"
#include "csm/store/result.h"

namespace csm {

/// The CMS over the face with colour bar, title and units; the maps of the groups beside it.
RgbImage draw_map_picture(const Result& result);

/// How the map settles while images are added, over a logarithmic number of images.
RgbImage draw_convergence(const Result& result);

/// The mean saliency of each face region with its 95 % interval.
RgbImage draw_regions(const Result& result);

/// The regions with a known mean, strongest first; what lies in no region is left out.
std::vector<RegionSummary> strongest_regions(const Result& result);

/// The face that maps are drawn on: the mean face, else the canonical picture, else plain grey. S x
/// S
RgbImage face_to_paint_on(const Result& result);

/// What the values of a map are, "drop of the probability", with the unit where it has one.
std::string value_with_unit(const Result& result);

}  // namespace csm
