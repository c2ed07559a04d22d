#include "sliding_occlusion.h"

#include <cmath>

#include "csm/core/error.h"
#include "explained_image.h"

namespace csm {
namespace {

/// Where windows begin along a side.
std::vector<int> window_starts(int length, int side, int step) {
  std::vector<int> starts;
  for (int start = 0; start + side <= length; start += step) starts.push_back(start);
  if (starts.back() + side < length) starts.push_back(length - side);
  return starts;
}

int window_step(const MethodContext& context) {
  return context.options.window_step.value_or((context.occlusion.patch_size + 1) / 2);
}

std::vector<PatchRect> windows_of(const MethodContext& context) {
  const InputContract& input = context.input();
  return sliding_windows(input.height, input.width, context.occlusion.patch_size,
                         window_step(context));
}

void check(const MethodContext& context) {
  if (window_step(context) <= context.occlusion.patch_size) return;
  throw InputError({"--window-step is " + std::to_string(window_step(context)) +
                        ", --patch-size is " + std::to_string(context.occlusion.patch_size),
                    "pixels between the windows would never be covered",
                    "Give a step of at most the side of the window."});
}

MapText describe_sliding_occlusion(const ConfidenceText& confidence) {
  return {.value = "drop of the " + confidence.name,
          .unit = confidence.unit,
          .place = "under the windows of a grid over the image",
          .high = "places where a window over the image lowers the network's " + confidence.name,
          .low = "places where it raises it"};
}

/// Of the clean image and of each window.
PassesPerImage passes_of_sliding_occlusion(const MethodContext& context) {
  return {.forwards = 1 + std::ssize(windows_of(context)), .backwards = 0};
}

Grid<float> make_sliding_occlusion_map(ExplainedImage& image) {
  const std::vector<PatchRect> windows = windows_of(image.context());
  const WindowConfidences confidences = image.occlude(windows);
  return mean_drop(image.height(), image.width(), windows, confidences.clean, confidences.occluded);
}

}  // namespace

std::vector<PatchRect> sliding_windows(int height, int width, int side, int step) {
  CSM_EXPECT(1 <= step && step <= side && side <= height && side <= width);
  std::vector<PatchRect> windows;
  const std::vector<int> columns = window_starts(width, side, step);
  for (const int y : window_starts(height, side, step)) {
    for (const int x : columns)
      windows.push_back({.x1 = x, .y1 = y, .x2 = x + side, .y2 = y + side});
  }
  return windows;
}

Grid<float> mean_drop(int height, int width, std::span<const PatchRect> windows, double clean,
                      std::span<const double> covered) {
  CSM_EXPECT(windows.size() == covered.size());
  Grid<double> sum(height, width);
  Grid<int> count(height, width);
  for (std::size_t k = 0; k < windows.size(); ++k) {
    if (std::isnan(covered[k])) continue;  // the model lost the face
    for (int y = windows[k].y1; y < windows[k].y2; ++y) {
      for (int x = windows[k].x1; x < windows[k].x2; ++x) {
        sum(y, x) += clean - covered[k];
        count(y, x) += 1;
      }
    }
  }
  Grid<float> map(height, width);
  for (std::int64_t q = 0; q < map.size(); ++q) map[q] = static_cast<float>(sum[q] / count[q]);
  return map;
}

SaliencyMethod sliding_occlusion_method() {
  return {.facts = {.name = "sliding_occlusion",
                    .title = "Sliding occlusion",
                    .summary = "mean drop of the windows over a pixel: side --patch-size, step "
                               "--window-step, half of "
                               "it (Zeiler, Fergus 2014)",
                    .cost = "1 forward, and 1 a window",
                    .needs = {.patches = true}},
          .describe = describe_sliding_occlusion,
          .passes = passes_of_sliding_occlusion,
          .check = check,
          .map = make_sliding_occlusion_map};
}

}  // namespace csm
