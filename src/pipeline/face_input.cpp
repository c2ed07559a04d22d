#include "csm/pipeline/face_input.h"

#include <utility>

#include "csm/core/error.h"
#include "csm/dataset/decode.h"
#include "csm/mesh/crop.h"

namespace csm {

FaceInput load_face(const std::filesystem::path& path, const Sample& sample, const MeshFitter& fitter,
                    const ModelContract& contract, int patch_size, PhaseClock& clock) {
  FaceInput input;
  input.image = clock.time(Phase::decode, [&] { return decode_image(path); });
  clock.time(Phase::mesh, [&] {
    input.face = fitter.fit(input.image, sample, path);
    const Affine2 to_input = crop_transform(input.image, input.face, contract.crop, contract.input);
    input.picture = warp_image(input.image, to_input, contract.input.height, contract.input.width);
    input.vertices.reserve(input.face.vertices.size());
    for (const Point2 vertex : input.face.vertices) input.vertices.push_back(to_input(vertex));
    input.plan =
        plan_patches(input.vertices, input.face.visible, patch_size, contract.input.height, contract.input.width);
  });
  if (input.plan.patches.empty())
    throw ImageError("no vertex on the network's input", "the face lies outside the crop");
  return input;
}

}  // namespace csm
