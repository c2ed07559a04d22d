#include "results.h"

#include <torch/script.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>

#include "csm/core/correlation.h"
#include "csm/core/sizes.h"
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
    const std::ptrdiff_t j = match - other.patches.begin();
    for (std::size_t score = 0; score < first.scores.clean.size(); ++score) {
      drops.first.push_back(first.scores.clean[score] - first.scores.covered.row(i)[score]);
      drops.other.push_back(other.scores.clean[score] - other.scores.covered.row(j)[score]);
    }
  }
  return drops;
}

/// The sum of the squared distances from the mean.
double squares_around_mean(const std::vector<double>& values) {
  double mean = 0;
  for (const double value : values) mean += value / int_size(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares;
}

/// (n x 4): y1, y2, x1, x2
at::Tensor table_of(const std::vector<PatchRect>& patches) {
  std::vector<std::int64_t> sides;
  for (const PatchRect& patch : patches)
    sides.insert(sides.end(), {patch.y1, patch.y2, patch.x1, patch.x2});
  return at::tensor(sides, at::kLong).view({-1, 4});
}

}  // namespace

void print_work(const LayerProgram& program, const std::vector<PatchRect>& patches) {
  double in_full = 0;
  double by_windows = 0;
  for (const LayerId layer : program.layers.ids()) in_full += multiply_adds(program, layer);
  for (const PatchRect& patch : patches) {
    const LayerWindows windows = changed_windows(program, patch);
    for (const LayerId layer : windows.ids()) {
      const auto n_changed = static_cast<double>(windows[layer].n_pixels());
      const auto n_pixels = static_cast<double>(map_shape(program[layer]).n_pixels());
      by_windows += multiply_adds(program, layer) * n_changed / (n_pixels * int_size(patches));
    }
  }
  std::printf(R"({"multiply_adds": %.6g, "window_multiply_adds": %.6g, "tail": "%s"})"
              "\n",
              in_full, by_windows, program.tail ? program.tail->reason.c_str() : "");
}

void print_turn(const Contender& contender, const MeteredTime& time, const MeteredMemory& memory) {
  std::string device;
  if (time.device_ms) device = ", \"device_ms\": " + std::to_string(*time.device_ms);
  const auto megabytes = [](std::int64_t bytes) { return static_cast<double>(bytes) / 1e6; };
  std::printf(
      R"({"engine": "%s", "seconds": %.6g, "patches": %zu, "ms_per_patch": %.4g, "batch_size": %d, )"
      R"("tensor_mb": %.1f, "device_mb": %.1f, "reserved_mb": %.1f%s})"
      "\n",
      contender.name.c_str(), time.seconds, contender.patches.size(),
      1e3 * time.seconds / int_size(contender.patches), contender.engine->batch_size(),
      megabytes(memory.tensor_bytes), megabytes(memory.device_bytes),
      megabytes(memory.reserved_bytes), device.c_str());
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

void save_scores(const std::filesystem::path& path, const BenchInput& input,
                 const std::vector<Contender>& contenders) {
  torch::jit::Module module("Scores");
  module.register_buffer("image", input.image);
  module.register_buffer("fill", input.fill);
  for (const Contender& contender : contenders) {
    const Grid<float>& covered = contender.scores.covered;
    module.register_buffer(contender.name + "_patches", table_of(contender.patches));
    module.register_buffer(contender.name + "_clean", at::tensor(contender.scores.clean));
    module.register_buffer(contender.name + "_covered",
                           at::tensor(covered.values()).view({covered.height(), covered.width()}));
  }
  module.save(path.string());
}

}  // namespace csm
