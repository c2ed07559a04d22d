#pragma once
#include <cstdint>
#include <vector>

#include "csm/saliency/cis.h"

namespace csm {

/// The painted pixels of a CIS in the units of the exact sums. Made once an image and added to
/// several sums: a conversion costs more than an addition, and about half of the canonical image is
/// outside of the face.
struct FixedCis {
  // Implicit: wherever a FixedCis is wanted, a map is one.
  FixedCis(const CisMap& cis);  // NOLINT(google-explicit-constructor)

  int size = 0;                           ///< S of the map (S x S)
  std::vector<std::uint32_t> pixel;       ///< index of each painted pixel, ascending
  std::vector<std::int64_t> value;        ///< units of 2^-36
  std::vector<std::int64_t> square_high;  ///< fixed_point.h
  std::vector<std::int64_t> square_low;
};

}  // namespace csm
