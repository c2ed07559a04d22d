#include "layer_map.h"

#include <ATen/ATen.h>

#include "explained_image.h"

namespace csm {

at::Tensor weighted_sum(const at::Tensor& weights, const at::Tensor& value) {
  return at::relu((weights.reshape({1, -1, 1, 1}) * value).sum(at::IntArrayRef{0, 1}));
}

at::Tensor in_double(const at::Tensor& tensor) { return tensor.to(at::kCPU, at::kDouble); }

at::Tensor enlarged(const at::Tensor& map, std::int64_t height, std::int64_t width) {
  return at::upsample_bilinear2d(map.unsqueeze(0).unsqueeze(0), {height, width},
                                 /*align_corners=*/false)[0][0];
}

Grid<float> on_input(const at::Tensor& layer_map, const ExplainedImage& image) {
  return to_grid(enlarged(layer_map, image.height(), image.width()));
}

MapText describe_layer_map(const std::string& title, const ConfidenceText& confidence) {
  return {.value = title + " of the " + confidence.name,
          .unit = "1",
          .place = "from a layer's feature maps",
          .high = "places where feature maps are active that speak for the network's " +
                  confidence.name,
          .low = ""};
}

}  // namespace csm
