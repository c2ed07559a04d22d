#pragma once
#include <filesystem>
#include <vector>

#include "csm/core/image.h"
#include "csm/dataset/dataset.h"
#include "csm/measure/phase_clock.h"
#include "csm/mesh/fitter.h"
#include "csm/model/contract.h"
#include "csm/occlusion/patches.h"

namespace csm {

struct Options;

/// A face as the network sees it, with the patches that are covered on it.
struct FaceInput {
  RgbImage image;                ///< the photo
  FittedFace face;               ///< positions in the photo
  RgbImage picture;              ///< the network's input, 8-bit, height x width of the contract
  std::vector<Point2> vertices;  ///< v_i on the network's input [px]
  PatchPlan plan;
};

/// Reads a photo, fits the mesh, cuts the network's input and plans the patches of the vertices
/// that the options take: the sample depends on the seed and the sample's id only, so both photos
/// of a pair have the same one. Errors: ImageError with the reason why the photo cannot be used.
FaceInput load_face(const std::filesystem::path& path, const Sample& sample,
                    const MeshFitter& fitter, const ModelContract& contract, const Options& options,
                    PhaseClock& clock);

/// The network's input with left and right exchanged: the picture, the vertices at x -> width - x,
/// and the patches of the vertices that are used on the face. The photo and the fitted face stay
/// empty.
FaceInput mirror_face(const FaceInput& face, int patch_size);

}  // namespace csm
