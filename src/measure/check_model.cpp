#include "csm/measure/check_model.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "csm/measure/load_image.h"
#include "csm/model/check_outputs.h"

namespace csm {
namespace {

constexpr std::size_t n_wanted = 12;    // images that are looked at
constexpr std::int64_t n_counted = 24;  // images that may have to be read for them

}  // namespace

void check_model_on_images(const Job& job) {
  if (!needs_images(*job.tools.network)) return;
  PhaseClock ignored;
  std::vector<RgbImage> pictures;
  const std::int64_t n = std::min(n_counted, std::ssize(job.spec.order));
  for (std::int64_t position = 0; position < n && pictures.size() < n_wanted; ++position) {
    LoadedImage image = load_image(job, position, ignored);
    if (!image.error) pictures.push_back(std::move(image.face.picture));
  }
  check_outputs(*job.tools.network, pictures);
}

}  // namespace csm
