#include "sliding_windows.h"

#include "csm/core/error.h"

namespace csm {
namespace {

/// Where windows begin along a side.
std::vector<int> window_starts(int length, int side, int step) {
  std::vector<int> starts;
  for (int start = 0; start + side <= length; start += step) starts.push_back(start);
  if (starts.back() + side < length) starts.push_back(length - side);
  return starts;
}

}  // namespace

std::vector<PatchRect> sliding_windows(int height, int width, int side, int step) {
  CSM_EXPECT(1 <= step && step <= side && side <= height && side <= width);
  std::vector<PatchRect> windows;
  const std::vector<int> columns = window_starts(width, side, step);
  for (const int y : window_starts(height, side, step)) {
    for (const int x : columns) windows.push_back({.x1 = x, .y1 = y, .x2 = x + side, .y2 = y + side});
  }
  return windows;
}

Grid<float> mean_drop(int height, int width, std::span<const PatchRect> windows, double clean,
                      std::span<const double> covered) {
  CSM_EXPECT(windows.size() == covered.size());
  Grid<double> sum(height, width);
  Grid<int> count(height, width);
  for (std::size_t k = 0; k < windows.size(); ++k) {
    for (int y = windows[k].y1; y < windows[k].y2; ++y) {
      for (int x = windows[k].x1; x < windows[k].x2; ++x) {
        sum(y, x) += clean - covered[k];
        count(y, x) += 1;
      }
    }
  }
  Grid<float> map(height, width);
  for (std::size_t i = 0; i < map.size(); ++i)
    map.values()[i] = static_cast<float>(sum.values()[i] / count.values()[i]);
  return map;
}

}  // namespace csm
