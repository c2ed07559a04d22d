#pragma once
#include <array>
#include <string_view>

#include "csm/core/sizes.h"

namespace csm {

/// Face regions; left and right are the subject's own.
enum class Region : unsigned char {
  none,
  right_brow,
  left_brow,
  right_eye,
  left_eye,
  nose,
  mouth,
  right_cheek,
  left_cheek,
  forehead,
  chin,
  right_jaw,
  left_jaw
};

inline constexpr std::array<std::string_view, 13> region_names = {
    "none",        "right_brow", "left_brow", "right_eye", "left_eye",  "nose",    "mouth",
    "right_cheek", "left_cheek", "forehead",  "chin",      "right_jaw", "left_jaw"};

inline constexpr int n_regions = int_size(region_names);

}  // namespace csm
