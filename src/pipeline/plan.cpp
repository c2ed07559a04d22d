#include "csm/pipeline/plan.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <vector>

#include "csm/cluster/agreement.h"
#include "csm/core/error.h"
#include "csm/occlusion/score.h"
#include "csm/pipeline/face_input.h"
#include "csm/pipeline/job.h"
#include "csm/pipeline/rank_setup.h"

namespace csm {
namespace {

constexpr std::int64_t n_probed_images = 5;
constexpr std::size_t n_timed_batches = 3;

/// What a few images of the run tell about all.
struct Probe {
  double patches_per_image = 0;
  double seconds_per_patch = 0;
  double seconds_per_fit = 0;
};

Probe probe(const Job& job) {
  Probe result;
  PhaseClock clock;
  std::int64_t n_faces = 0;
  std::optional<FaceInput> last;
  const std::int64_t n_probed = std::min(n_probed_images, static_cast<std::int64_t>(job.order.size()));
  for (std::int64_t position = 0; position < n_probed; ++position) {
    const Sample& sample = job.sample_at(position);
    try {
      last =
          load_face(sample.path, sample, *job.fitter, job.network->contract(), job.options.occlusion.patch_size, clock);
    } catch (const ImageError&) {
      continue;
    }
    result.patches_per_image += static_cast<double>(last->plan.patches.size());
    ++n_faces;
  }
  if (!last)
    throw InputError({"none of the first " + std::to_string(n_probed) + " images shows a face that can be used", "",
                      "Check --dataset."});
  result.patches_per_image /= static_cast<double>(n_faces);
  result.seconds_per_fit = (clock.seconds(Phase::decode) + clock.seconds(Phase::mesh)) / static_cast<double>(n_probed);
  const std::size_t n_timed =
      std::min(last->plan.patches.size(), n_timed_batches * static_cast<std::size_t>(job.engine->batch_size()));
  const std::span<const PatchRect> timed(last->plan.patches.data(), n_timed);
  score_patches(*job.engine, job.network->contract().input, last->picture, timed, job.options.occlusion,
                0);  // warms up
  const double before = job.engine->forward_seconds();
  score_patches(*job.engine, job.network->contract().input, last->picture, timed, job.options.occlusion, 0);
  result.seconds_per_patch = (job.engine->forward_seconds() - before) / static_cast<double>(n_timed);
  return result;
}

std::string line(const char* name, double value, const char* unit) {
  char text[128];
  std::snprintf(text, sizeof(text), "%-34s %14.6g %s\n", name, value, unit);
  return text;
}

}  // namespace

std::string plan_job(const Communicator& communicator, const Options& options) {
  std::string text;
  agree(communicator, [&] {
    const RankSetup setup = set_up_rank(communicator, options.model);
    if (!communicator.is_root()) return;
    const Job job = prepare_job(options, setup.device);
    const Probe found = probe(job);
    const auto n_images = static_cast<double>(job.order.size());
    const double images_per_rank = n_images / communicator.size();
    const double n_faces_per_image = options.model.confidence == Confidence::verification ? 2 : 1;
    const double patches = found.patches_per_image * n_faces_per_image;
    const double size = job.fitter->canonical().size;
    const double bytes_of_maps =
        size * size * (28.0 * static_cast<double>(1 + job.grouping->names().size()) + 12.0 * 24 + 24);
    const double seconds =
        images_per_rank * (patches * found.seconds_per_patch + n_faces_per_image * found.seconds_per_fit);
    text += line("images", n_images, "");
    text += line("ranks", communicator.size(), "");
    text += line("threads per rank", setup.n_threads, "");
    text += line("vertices per image", static_cast<double>(job.fitter->canonical().vertices.size()), "");
    text += line("distinct patches per image", patches, "(mean of the first images)");
    text += line("forwards in all", patches * n_images, "");
    text += line("multiply-adds per forward", job.cost.multiply_adds_per_image / 1e6, "million");
    text += line("multiply-adds in all", job.cost.multiply_adds_per_image * patches * n_images / 1e12, "tera");
    text += line("batch size", job.engine->batch_size(), "");
    text += line("activations of a batch", job.cost.bytes_per_image * job.engine->batch_size() / 1e6, "MB per rank");
    text += line("weights", static_cast<double>(job.network->weight_bytes()) / 1e6, "MB per rank");
    text += line("maps and curves", bytes_of_maps / 1e6, "MB per rank");
    text += line("time", seconds, "s (estimate)");
  });
  return text;
}

}  // namespace csm
