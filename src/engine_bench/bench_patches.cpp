#include "bench_patches.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "csm/core/error.h"
#include "csm/core/geometry.h"
#include "csm/core/random.h"

namespace csm {
namespace {

/// Shares of the input's sides: a sunflower, even over an ellipse about as large as a face.
std::vector<Point2> even_places(int n) {
  const double golden_angle = std::acos(-1.0) * (3 - std::sqrt(5.0));
  std::vector<Point2> places;
  for (int i = 0; i < n; ++i) {
    const double radius = std::sqrt((i + 0.5) / n);
    places.push_back({0.5 + 0.36 * radius * std::cos(i * golden_angle),
                      0.5 + 0.44 * radius * std::sin(i * golden_angle)});
  }
  return places;
}

std::vector<Point2> read_places(const std::string& text) {
  if (text.find_first_not_of("0123456789") == std::string::npos)
    return even_places(std::stoi(text));
  std::ifstream file(text);
  std::vector<Point2> places;
  for (Point2 place; file >> place.x >> place.y;) places.push_back(place);
  if (places.empty()) throw InputError("--patches: the file '" + text + "' holds no line `x y`");
  return places;
}

}  // namespace

at::Tensor make_smooth_image(const InputContract& input) {
  SplitMix64 random(1);
  at::Tensor coarse = at::empty({1, 3, 14, 14});
  for (std::int64_t i = 0; i < coarse.numel(); ++i)
    coarse.mutable_data_ptr<float>()[i] = static_cast<float>(4 * random.uniform() - 2);
  return at::upsample_bilinear2d(coarse, {input.height, input.width}, false);
}

std::vector<PatchRect> distinct_patches(const std::string& places, int patch_size,
                                        const InputContract& input) {
  std::vector<PatchRect> patches;
  for (const Point2 place : read_places(places)) {
    const Point2 centre{place.x * input.width, place.y * input.height};
    patches.push_back(patch_on_input(centre, patch_size, input.height, input.width));
  }
  std::sort(patches.begin(), patches.end());
  patches.erase(std::unique(patches.begin(), patches.end()), patches.end());
  return patches;
}

std::vector<PatchRect> thinned(const std::vector<PatchRect>& patches, int n) {
  if (n <= 0 || std::ssize(patches) <= n) return patches;
  std::vector<PatchRect> kept;
  for (std::int64_t i = 0; i < n; ++i) kept.push_back(patches[i * std::ssize(patches) / n]);
  return kept;
}

}  // namespace csm
