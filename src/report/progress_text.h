#pragma once
#include <cstdint>
#include <string>

namespace csm {

/// "12 of 100 images, 3.4 a second, 26 s left, 1 failed". The rate is over the whole run so far.
/// @param n_before of the images done, those that were done when the seconds began
std::string progress_text(std::int64_t n_total, std::int64_t n_done, std::int64_t n_failed,
                          double seconds, std::int64_t n_before);

/// "45 s", "3 min 20 s", "2 h 05 min".
std::string duration_text(double seconds);

}  // namespace csm
