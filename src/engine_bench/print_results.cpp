#include "print_results.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "csm/core/correlation.h"
#include "csm/occlusion/changed_window.h"

namespace csm {
namespace {

/// Drops of the patches that both engines ran, a score after the other.
struct SharedDrops {
  std::vector<double> first;
  std::vector<double> other;
};

SharedDrops shared_drops(const Contender& first, const Contender& other) {
  SharedDrops drops;
  for (std::size_t i = 0; i < first.patches.size(); ++i) {
    const auto match = std::find(other.patches.begin(), other.patches.end(), first.patches[i]);
    if (match == other.patches.end()) continue;
    const auto j = static_cast<int>(match - other.patches.begin());
    for (std::size_t score = 0; score < first.scores.clean.size(); ++score) {
      drops.first.push_back(first.scores.clean[score] -
                            first.scores.covered.row(static_cast<int>(i))[score]);
      drops.other.push_back(other.scores.clean[score] - other.scores.covered.row(j)[score]);
    }
  }
  return drops;
}

/// The sum of the squared distances from the mean.
double squares_around_mean(const std::vector<double>& values) {
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares;
}

}  // namespace

void print_work(const LayerProgram& program, const std::vector<PatchRect>& patches) {
  double in_full = 0;
  double by_windows = 0;
  for (std::size_t i = 0; i < program.layers.size(); ++i)
    in_full += multiply_adds(program, static_cast<int>(i));
  for (const PatchRect& patch : patches) {
    const std::vector<Window> windows = changed_windows(program, patch);
    for (std::size_t i = 0; i < windows.size(); ++i) {
      const MapShape shape = map_shape(program.layers[i]);
      by_windows +=
          multiply_adds(program, static_cast<int>(i)) * static_cast<double>(windows[i].n_pixels()) /
          (static_cast<double>(shape.height) * shape.width * static_cast<double>(patches.size()));
    }
  }
  std::printf(R"({"multiply_adds": %.6g, "window_multiply_adds": %.6g, "tail": "%s"})"
              "\n",
              in_full, by_windows, program.tail ? program.tail->reason.c_str() : "");
}

void print_turn(const Contender& contender, const MeteredTime& time, const MeteredMemory& memory) {
  std::string device;
  if (time.device_ms) device = ", \"device_ms\": " + std::to_string(*time.device_ms);
  std::printf(
      R"({"engine": "%s", "seconds": %.6g, "patches": %zu, "ms_per_patch": %.4g, "batch_size": %d, )"
      R"("tensor_mb": %.1f, "device_mb": %.1f, "reserved_mb": %.1f%s})"
      "\n",
      contender.name.c_str(), time.seconds, contender.patches.size(),
      1e3 * time.seconds / static_cast<double>(contender.patches.size()),
      contender.engine->batch_size(), static_cast<double>(memory.tensor_bytes) / 1e6,
      static_cast<double>(memory.device_bytes) / 1e6,
      static_cast<double>(memory.reserved_bytes) / 1e6, device.c_str());
  std::fflush(stdout);
}

void print_difference(const Contender& first, const Contender& other) {
  const SharedDrops drops = shared_drops(first, other);
  double largest = 0, scale = 0, squares = 0;
  for (std::size_t i = 0; i < drops.first.size(); ++i) {
    const double a = drops.first[i];
    const double b = drops.other[i];
    largest = std::max(largest, std::abs(a - b));
    scale = std::max(scale, std::abs(a));
    squares += (a - b) * (a - b);
  }
  // The last is the root mean square difference over the spread of the first engine's drops.
  std::printf(
      R"({"engine": "%s", "against": "%s", "largest_difference_of_drops": %.3g, "largest_drop": %.3g, )"
      R"("pearson": %.8f, "error_share": %.4g})"
      "\n",
      other.name.c_str(), first.name.c_str(), largest, scale,
      pearson_correlation(drops.first, drops.other),
      std::sqrt(squares / squares_around_mean(drops.first)));
}

}  // namespace csm
