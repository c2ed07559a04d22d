#pragma once
#include <cstdint>

namespace csm {

/// A channel's value laid over mid grey by its alpha; both in 0..255.
inline std::uint8_t over_grey(int value, int alpha) {
  constexpr int grey = 128;
  return static_cast<std::uint8_t>((value * alpha + grey * (255 - alpha) + 127) / 255);
}

}  // namespace csm
