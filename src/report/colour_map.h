#pragma once
#include <array>
#include <cstdint>

#include "csm/report/pictures.h"

namespace csm {

using Rgb = std::array<std::uint8_t, 3>;

/// The colour of t in [0, 1] (clamped): inferno, perceptually uniform, dark to bright.
Rgb sequential_colour(double t);

/// The colour of t in [-1, 1] (clamped): blue, white at 0, red; lightness falls linearly with |t|
/// in CIELAB, the same on both sides, so that equal amounts look equally strong, to colour-blind
/// readers too.
Rgb diverging_colour(double t);

/// Where a value lies on the scale: [0, 1], or [-1, 1] where it is diverging. Not clamped.
double position_on(const ColourScale& scale, double value);

/// The colour of a value on the scale.
Rgb colour_of(const ColourScale& scale, double value);

}  // namespace csm
