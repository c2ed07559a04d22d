#pragma once
#include <array>
#include <cstdint>

#include "csm/core/enum_names.h"

namespace csm {

enum class FillKind { mean, zero, blur, noise, colour };

/// COLOUR is written as RRGGBB.
constexpr auto enum_names(FillKind) {
  return std::to_array<EnumName<FillKind>>({{FillKind::mean, "mean"},
                                            {FillKind::zero, "zero"},
                                            {FillKind::blur, "blur"},
                                            {FillKind::noise, "noise"},
                                            {FillKind::colour, "COLOUR"}});
}

/// What occluded pixels become.
struct Fill {
  FillKind kind = FillKind::mean;
  std::array<std::uint8_t, 3> colour{};  ///< RGB, for FillKind::colour
};

}  // namespace csm
