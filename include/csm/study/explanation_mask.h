#pragma once
#include <cstdint>
#include <vector>

#include "csm/core/grid.h"
#include "csm/core/image.h"

namespace csm {

enum class MapSign;

/// Returns a map stretched to [0, 1] from its lowest to its highest value, Hn of Eq. (10); 0
/// everywhere if the map is constant. MapSign::positive: negative values count as 0 first, so that
/// places without saliency stay at 0.
Grid<float> normalise_map(const Grid<float>& map, MapSign sign);

/// How much of each pixel is taken away.
struct DarkeningMask {
  Grid<float> mask;  ///< H, in [0, 1]
  double clipped_share =
      0;  ///< of alpha, that was lost because no pixel can lose more than all of it
};

/// Returns H = alpha Hn / sum(Hn), clipped at 1. Eq. (10). With the same alpha all maps of an image
/// take away the same amount, but for the clipped share. A map that is 0 everywhere takes nothing
/// away.
/// @param normalised Hn of normalise_map
/// @param alpha sum of H over the pixels, not negative
DarkeningMask darkening_mask(const Grid<float>& normalised, double alpha);

/// Returns E = I (.) (1 - H) as an image to look at, Eq. (9); the network is asked about unrounded
/// numbers.
/// @pre the mask has the image's size
RgbImage negative_explanation(const RgbImage& picture, const Grid<float>& mask);

/// Returns the indices of the pixels (row-major) from the highest to the lowest value. Equal
/// values, such as the zeros of a rectified map, follow in a random order, so that no map gains by
/// where it has them.
/// @param seed the same for all maps of an image
std::vector<int> order_of_pixels(const Grid<float>& map, std::uint64_t seed);

/// Returns the share of the map's positive sum that lies where `face` is not 0; 0 if nothing is
/// positive.
/// @pre face has the map's size
double share_on_face(const Grid<float>& map, const Grid<float>& face);

}  // namespace csm
