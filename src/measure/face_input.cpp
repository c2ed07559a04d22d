#include "csm/measure/face_input.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/random.h"
#include "csm/dataset/decode.h"
#include "csm/mesh/crop.h"
#include "csm/occlusion/patches.h"
#include "csm/options/options.h"

namespace csm {
namespace {

/// The visible vertices that belong to the image's sample. The seed has a name of its own, so that
/// the sample and the noise of --fill are drawn apart.
std::vector<unsigned char> measured_vertices(const FittedFace& face, const Sample& sample,
                                             const Options& options) {
  std::vector<unsigned char> measured =
      sample_vertices(std::ssize(face.vertices), options.occlusion.vertices_per_image,
                      seed_of(options.dataset.seed, "vertices of " + sample.id));
  std::transform(measured.begin(), measured.end(), face.visible.begin(), measured.begin(),
                 std::bit_and<>());
  return measured;
}

}  // namespace

FaceInput load_face(const std::filesystem::path& path, const Sample& sample,
                    const MeshFitter& fitter, const ModelContract& contract, const Options& options,
                    PhaseClock& clock) {
  FaceInput input;
  const auto plan_of = [&](const std::vector<unsigned char>& measured) {
    return plan_patches(input.vertices, measured, options.occlusion.patch_size,
                        contract.input.height, contract.input.width);
  };
  input.image = clock.time(Phase::decode, [&] { return decode_image(sample, path); });
  clock.time(Phase::mesh, [&] {
    input.face = fitter.fit(input.image, sample, path);
    const Affine2 to_input = crop_transform(input.image, input.face, contract.crop, contract.input);
    input.picture = warp_image(input.image, to_input, contract.input.height, contract.input.width);
    input.vertices.reserve(input.face.vertices.size());
    for (const Point2 vertex : input.face.vertices) input.vertices.push_back(to_input(vertex));
    input.plan = plan_of(measured_vertices(input.face, sample, options));
  });
  // A sample may miss the few vertices on the input by chance, which is not a fault of the photo.
  if (input.plan.patches.empty() && plan_of(input.face.visible).patches.empty())
    throw ImageError("no vertex on the network's input", "the face lies outside the crop");
  return input;
}

FaceInput mirror_face(const FaceInput& face, int patch_size) {
  FaceInput mirrored;
  const int width = face.picture.width;
  mirrored.picture = RgbImage(face.picture.height, width);
  for (int row = 0; row < face.picture.height; ++row) {
    for (int column = 0; column < width; ++column) {
      const std::uint8_t* source = face.picture.pixel(row, width - 1 - column);
      std::copy_n(source, 3, mirrored.picture.pixel(row, column));
    }
  }
  std::vector<unsigned char> is_used;
  for (std::size_t i = 0; i < face.vertices.size(); ++i) {
    mirrored.vertices.push_back({width - face.vertices[i].x, face.vertices[i].y});
    is_used.push_back(face.plan.patch_of_vertex[VertexId(i)] ? 1 : 0);
  }
  mirrored.plan = plan_patches(mirrored.vertices, is_used, patch_size, face.picture.height, width);
  return mirrored;
}

}  // namespace csm
