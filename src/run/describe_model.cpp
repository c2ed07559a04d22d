#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "describe_result.h"

namespace csm {
namespace {

struct Noise {
  double root_mean_square = 0;
  double largest = 0;
  std::int64_t n_images = 0;
};

Noise noise_of(std::span<const ImageRow> rows) {
  Noise noise;
  double squares = 0;
  for (const ImageRow& row : rows) {
    if (row.status != "ok" || !std::isfinite(row.noise)) continue;
    squares += row.noise * row.noise;
    noise.largest = std::max(noise.largest, row.noise);
    noise.n_images += 1;
  }
  if (noise.n_images > 0)
    noise.root_mean_square = std::sqrt(squares / static_cast<double>(noise.n_images));
  return noise;
}

std::string describe_noise(const Noise& noise) {
  if (noise.largest == 0) {
    return "Asked again for the same image it gave the same confidence, on all " +
           std::to_string(noise.n_images) + " images.";
  }
  char text[256];
  std::snprintf(text, sizeof(text),
                "Asked again for the same image its confidence differs by %.2g (standard "
                "deviation; at most %.2g, over %lld images): drops below that show nothing.",
                noise.root_mean_square, noise.largest, static_cast<long long>(noise.n_images));
  return text;
}

std::string describe_lost(std::span<const ImageRow> rows) {
  std::int64_t n_lost = 0;
  std::int64_t n_patches = 0;
  std::int64_t n_images = 0;
  for (const ImageRow& row : rows) {
    if (row.status != "ok") continue;
    n_lost += row.n_lost;
    n_patches += row.n_patches;
    n_images += row.n_lost > 0 ? 1 : 0;
  }
  if (n_lost == 0) return "";
  return "It found no face in " + std::to_string(n_lost) + " of " + std::to_string(n_patches) +
         " occluded copies (in " + std::to_string(n_images) +
         " images): these values are missing, they are not drops (n_lost of /entry/images, "
         "/entry/face_lost).";
}

}  // namespace

std::vector<std::string> describe_model(const Network& network, std::span<const ImageRow> rows) {
  if (network.capabilities().has_layers) return {};
  std::vector<std::string> remarks = {"The model is a black box (" + network.backend().kind() +
                                      "): only its answers are known."};
  const Noise noise = noise_of(rows);
  if (noise.n_images > 0) remarks.push_back(describe_noise(noise));
  remarks.push_back(describe_lost(rows));
  std::erase(remarks, "");
  return remarks;
}

}  // namespace csm
