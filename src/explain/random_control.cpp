#include "random_control.h"

#include "csm/core/random.h"
#include "csm/explain/sample_map.h"
#include "explained_image.h"

namespace csm {
namespace {

MapText describe_random_control(const ConfidenceText&) {
  return {.value = "smooth random number",
          .unit = "1",
          .place = "that knows nothing of the network",
          .high = "large random numbers",
          .low = "negative ones"};
}

}  // namespace

Grid<float> random_map(int height, int width, std::uint64_t seed) {
  constexpr int side = 7;
  SplitMix64 random(seed);
  Grid<float> cells(side, side);
  for (float& value : cells.values()) value = static_cast<float>(2 * random.uniform() - 1);
  Grid<float> map(height, width);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x)
      map(y, x) = static_cast<float>(
          interpolate(cells, {(x + 0.5) * side / width, (y + 0.5) * side / height}));
  }
  return map;
}

SaliencyMethod random_method() {
  return {.facts = {.name = "random",
                    .kind = MethodKind::control,
                    .title = "Random control",
                    .summary = "control that knows nothing of the network: smooth noise",
                    .cost = "none",
                    .needs = {.seed = true}},
          .describe = describe_random_control,
          .map = [](ExplainedImage& image) {
            return random_map(image.height(), image.width(), image.seed());
          }};
}

}  // namespace csm
