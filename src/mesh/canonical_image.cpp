#include "canonical_image.h"

#include "canonical_view.h"
#include "csm/core/error.h"
#include "csm/core/hash.h"
#include "csm/dataset/decode.h"
#include "csm/mesh/crop.h"
#include "csm/mesh/mesh_options.h"

namespace csm {
namespace {

[[noreturn]] void fail_image(const std::filesystem::path& path, const char* option,
                             const std::string& problem) {
  throw InputError("The picture '" + path.string() + "' (" + option +
                   ") cannot serve as canonical face: " + problem + ". Give a frontal portrait?");
}

}  // namespace

CanonicalImage read_canonical_image(const std::filesystem::path& path, int size,
                                    const char* option) {
  try {
    CanonicalImage picture;
    picture.original = decode_image(path);
    picture.to_canonical = letterbox(picture.original.height, picture.original.width, size, size);
    picture.scaled = warp_image(picture.original, picture.to_canonical, size, size);
    return picture;
  } catch (const ImageError& error) {
    fail_image(path, option, error.what());
  }
}

CanonicalFace fit_canonical_image(const CanonicalImage& picture, const std::filesystem::path& path,
                                  const FaceLandmarker& landmarker,
                                  std::span<const SurfacePoint> used_points, const char* option) {
  try {
    const LandmarkFit fit = landmarker.find(picture.original, FaceChoice::largest, std::nullopt);
    std::vector<Point3> landmarks;
    for (const Point3& p : fit.landmarks) {
      const Point2 place = picture.to_canonical({p.x, p.y});
      landmarks.push_back(
          {place.x, place.y, -picture.to_canonical.a * p.z});  // from away to towards the viewer
    }
    CanonicalFace face = make_canonical_face(
        landmarker.topology(), used_points, std::move(landmarks), picture.scaled.width,
        "picture " + path.string() + " " + sha256_of_file(path) + ", " + landmarker.describe());
    face.picture = picture.scaled;
    return face;
  } catch (const ImageError& error) {
    fail_image(path, option, error.what());
  }
}

}  // namespace csm
