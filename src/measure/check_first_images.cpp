#include "csm/measure/check_first_images.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/error.h"
#include "csm/dataset/decode.h"
#include "csm/measure/load_image.h"
#include "csm/model/check_outputs.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t n_tried = 8;
constexpr std::int64_t least_images =
    128;  // for which it pays to try 8 whose faces a network finds
constexpr std::size_t n_names_tried =
    200;  // of file names that several photos have, each of which asks the disk

[[noreturn]] void fail_shared_mesh(const fs::path& first, const fs::path& second,
                                   const fs::path& mesh) {
  throw InputError(
      {"the photos '" + first.string() + "' and '" + second.string() + "' have one mesh file, '" +
           mesh.string() + "'",
       "a mesh belongs to one photo, and the vertices would lie beside the face of the other",
       "Give each photo a mesh of its own, as MESH_DIR/NAME.mat or MESH_DIR/FOLDER/NAME.mat "
       "(--mesh-dir)."});
}

/// What the first images told.
struct Trial {
  std::int64_t n_images = 0;  ///< that could be decoded
  std::int64_t n_fitted = 0;
  std::int64_t n_boxes = 0;
  std::int64_t n_boxes_as_corners = 0;
  std::optional<ImageError> failure;  ///< the last one
  std::string failed_id;
};

void try_image(const Job& job, const Sample& sample, Trial& trial) {
  RgbImage image;
  try {
    image = decode_image(sample, sample.path);
  } catch (const ImageError&) {
    return;  // the main loop meets it again and counts it with its reason
  }
  trial.n_images += 1;
  try {
    const FittedFace face = job.tools.fitter->fit(image, sample, sample.path);
    trial.n_fitted += 1;
    trial.n_boxes += sample.face_box ? 1 : 0;
    trial.n_boxes_as_corners += face.fits_box_as_corners ? 1 : 0;
  } catch (const ImageError& error) {
    trial.failure = error;
    trial.failed_id = sample.id;
  }
}

/// A network finds faces in most images of most data sets, so few images are not tried: too few
/// would tell nothing.
std::int64_t n_to_try(const Job& job) {
  const auto n_images = std::ssize(job.spec.order);
  const bool has_boxes =
      std::any_of(job.spec.dataset.samples.begin(), job.spec.dataset.samples.end(),
                  [](const Sample& sample) { return sample.face_box.has_value(); });
  const bool is_suspect = job.spec.options.mesh.mesh == MeshSource::files || has_boxes;
  if (!is_suspect && n_images < least_images) return 0;
  return std::min(n_tried, n_images);
}

constexpr std::size_t n_outputs_wanted = 12;  // images that are looked at
constexpr std::int64_t n_outputs_tried = 24;  // images that may have to be read for them

}  // namespace

void check_first_images(const Job& job) {
  Trial trial;
  const std::int64_t n = n_to_try(job);
  for (std::int64_t position = 0; position < n; ++position)
    try_image(job, job.spec.sample_at(position), trial);

  if (trial.failure && trial.n_fitted == 0) {
    const bool has_files = job.spec.options.mesh.mesh == MeshSource::files;
    throw InputError({"none of the first " + std::to_string(trial.n_images) +
                          " images can be used, such as '" + trial.failed_id +
                          "': " + trial.failure->what(),
                      "all others would probably fail too",
                      has_files ? "Check --mesh-dir '" + job.spec.options.mesh.mesh_dir.string() +
                                      "' against --dataset."
                                : "Check --dataset."});
  }
  if (trial.n_boxes > 2 && 4 * trial.n_boxes_as_corners >= 3 * trial.n_boxes) {
    throw InputError(
        {"the face boxes of the data set fit the faces when face_w and face_h are read as the "
         "right and lower "
         "edge",
         "they are the width and height of the box",
         "Write face_w = x2 - x1 and face_h = y2 - y1."});
  }
}

void check_mesh_files(const Job& job) {
  if (job.spec.options.mesh.mesh != MeshSource::files) return;
  std::map<std::string, std::set<fs::path>> photos_of_name;
  for (const std::int64_t index : job.spec.order) {
    const Sample& sample = job.spec.dataset.samples[index];
    photos_of_name[sample.path.stem().string()].insert(sample.path);
    if (!sample.second_path.empty())
      photos_of_name[sample.second_path.stem().string()].insert(sample.second_path);
  }
  std::size_t n_left = n_names_tried;
  for (const auto& [name, photos] : photos_of_name) {
    if (photos.size() < 2) continue;
    if (n_left-- == 0) return;
    std::map<fs::path, fs::path> photo_of_mesh;
    for (const fs::path& photo : photos) {
      try {
        const fs::path mesh = job.tools.fitter->mesh_file_of(photo);
        const auto [met, is_new] = photo_of_mesh.try_emplace(mesh, photo);
        // Two files of one folder are one photo in two formats.
        if (!is_new && met->second.parent_path() != photo.parent_path())
          fail_shared_mesh(met->second, photo, mesh);
      } catch (const ImageError&) {
        continue;  // it has none
      }
    }
  }
}

void check_model_on_images(const Job& job) {
  if (!needs_images(*job.tools.network)) return;
  PhaseClock ignored;
  std::vector<RgbImage> pictures;
  const std::int64_t n = std::min(n_outputs_tried, std::ssize(job.spec.order));
  for (std::int64_t position = 0; position < n && pictures.size() < n_outputs_wanted; ++position) {
    LoadedImage image = load_image(job, position, ignored);
    if (!image.error) pictures.push_back(std::move(image.face.picture));
  }
  check_outputs(*job.tools.network, pictures);
}

}  // namespace csm
