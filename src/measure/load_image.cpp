#include "csm/measure/load_image.h"

#include <chrono>

#include "csm/measure/references.h"

namespace csm {

LoadedImage load_image(const Job& job, std::int64_t position, PhaseClock& clock) {
  const auto start = std::chrono::steady_clock::now();
  const Sample& sample = job.spec.sample_at(position);
  const auto load = [&](const std::filesystem::path& path) {
    return load_face(path, sample, *job.tools.fitter, job.tools.network->contract(),
                     job.spec.options, clock);
  };
  LoadedImage image;
  image.position = position;
  try {
    image.face = load(sample.path);
    if (!sample.second_path.empty()) {
      image.second = load(sample.second_path);
      check_two_images(image.face.image, image.second.image);
    }
  } catch (const FaceError& error) {
    image.error = error;
    image.n_faces = error.n_faces();
  } catch (const ImageError& error) {
    image.error = error;
  }
  image.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return image;
}

}  // namespace csm
