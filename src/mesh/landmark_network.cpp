#include "landmark_network.h"

#include <ATen/ATen.h>

#include <cmath>

#include "csm/core/error.h"
#include "csm/mesh/crop.h"
#include "csm/model/input.h"
#include "csm/model/transfer.h"

namespace csm {
namespace {

constexpr int n_landmarks = 468;

}  // namespace

Affine2 to_network_input(const FaceCrop& crop, int height, int width) {
  const double cosine = std::cos(crop.angle) / crop.side;
  const double sine = std::sin(crop.angle) / crop.side;
  Affine2 map{width * cosine, width * sine, 0, -height * sine, height * cosine, 0};
  map.c = width / 2.0 - (map.a * crop.centre.x + map.b * crop.centre.y);
  map.f = height / 2.0 - (map.d * crop.centre.x + map.e * crop.centre.y);
  return map;
}

LandmarkNetwork::LandmarkNetwork(const std::filesystem::path& path, ComputeDevice device)
    : network_(path, ModelRole::mesh, device) {
  const auto& outputs = network_.contract().outputs;
  if (outputs.size() != 2 || outputs[0].kind != OutputKind::landmarks ||
      outputs[0].size != n_landmarks * 3 || outputs[1].kind != OutputKind::logit ||
      outputs[1].size != 1) {
    throw InputError(
        "The model file '" + path.string() +
        "' (--mesh-model) is not a 468-point mesh network: it must give landmarks of " +
        "468 x 3 values and 1 presence logit. Use models/face_mesh.pt of "
        "scripts/models/convert_models.py?");
  }
  topology_ = parse_topology(network_.extra_file("topology.json"), path.string());
  if (topology_.canonical.vertices.size() != n_landmarks) {
    throw InputError("The topology of the mesh network '" + path.string() + "' has " +
                     std::to_string(topology_.canonical.vertices.size()) +
                     " vertices, but 468 are expected.");
  }
}

LandmarkPass LandmarkNetwork::locate(const RgbImage& image, const FaceCrop& crop) const {
  const InputContract& input = network_.contract().input;
  const Affine2 to_input = to_network_input(crop, input.height, input.width);
  const RgbImage picture = warp_image(image, to_input, input.height, input.width);
  const std::vector<at::Tensor> outputs =
      to_host(network_.forward(to_device(normalise_input(picture, input), network_.device())));
  const std::span<const float> values = values_of(outputs[0]);
  const Affine2 to_image = to_input.inverse();
  const double z_scale = crop.side / input.width;
  LandmarkPass pass;
  pass.presence = values_of(outputs[1]).front();
  pass.landmarks.reserve(n_landmarks);
  for (std::size_t i = 0; i + 2 < values.size(); i += 3) {
    const Point2 p = to_image({values[i], values[i + 1]});
    pass.landmarks.push_back({p.x, p.y, z_scale * values[i + 2]});
  }
  return pass;
}

}  // namespace csm
