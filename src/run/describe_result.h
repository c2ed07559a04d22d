#pragma once
#include <span>
#include <string>
#include <vector>

#include "csm/model/network.h"
#include "csm/store/result.h"

namespace csm {

enum class FaceChoice;
struct OcclusionOptions;

/// Returns what speaks against trusting a result, a sentence each, the gravest first; none if
/// nothing does. Looks at: maps that are zero (of all images, or of a whole group), halves of the
/// images that agree at r < .3, an accuracy below that of always giving one answer, all images
/// taken for one class, saturated confidences, faces that the model lost, images left out and
/// places seen in few images.
/// @param result everything but its warnings is filled in
std::vector<std::string> result_warnings(const Result& result);

/// How much the adaptive engine computed and how far it was off, over all images; a plain sentence.
std::string describe_interpolation(const std::vector<ImageRow>& images);

/// How far the drops of a lower precision were off, over all images, and which images were computed
/// in float32 instead.
std::string describe_precision(const std::vector<ImageRow>& images,
                               const OcclusionOptions& options);

/// What a reader of the result must know of the faces: photos with more than one, meshes whose y
/// axis was turned over, one mesh for several photos. One sentence each, none if there is
/// nothing.
std::vector<std::string> describe_faces(std::span<const ImageRow> rows, FaceChoice choice);

/// Plain sentences on a model that is a black box: what it is, how far its answers to one image
/// differ, and how often it lost the face. Empty for a model whose layers are known.
std::vector<std::string> describe_model(const Network& network, std::span<const ImageRow> rows);

}  // namespace csm
