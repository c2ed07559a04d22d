#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include "check_files.h"
#include "csm/cluster/agreement.h"
#include "csm/core/enum_names.h"
#include "csm/core/error.h"
#include "csm/core/log.h"
#include "csm/measure/check_data.h"
#include "csm/measure/face_input.h"
#include "csm/measure/job.h"
#include "csm/model/confidence.h"
#include "csm/model/network.h"
#include "csm/occlusion/engine.h"
#include "csm/occlusion/pair_scores.h"
#include "csm/options/options.h"
#include "csm/reduce/rank_values.h"
#include "csm/run/run.h"
#include "infer_from_maps.h"
#include "plan_line.h"
#include "rank_setup.h"
#include "share_dataset.h"

namespace csm {
namespace {

constexpr std::int64_t n_probed_images = 5;
constexpr std::size_t n_timed_batches = 2;
constexpr double finish_bytes_per_pixel =
    250;  // maps of the convergence, examples and pictures; measured

/// What a few images of the run tell about all.
struct Probe {
  double patches_per_image = 0;
  double seconds_per_image =
      0;  ///< in the network, whatever the number of patches: the clean image
  double seconds_per_patch = 0;
  double seconds_per_fit = 0;
  double seconds_per_evaluation =
      0;                 ///< for the maps of --evaluate and what the network says of them
  bool is_timed = true;  ///< false: the seconds in the network are not known
};

/// Patches that spread over the face like all do.
std::vector<PatchRect> thinned(const std::vector<PatchRect>& patches, std::size_t n) {
  std::vector<PatchRect> kept;
  for (std::size_t i = 0; i < n; ++i) kept.push_back(patches[i * patches.size() / n]);
  return kept;
}

/// Seconds in the network for n patches of a face.
double time_patches(Job& job, const FaceInput& face, std::size_t n) {
  if (job.tools.network->contract().role == ModelRole::pair) {
    const PatchedImage image{.image = face.picture, .patches = face.plan.patches};
    std::vector<PatchPair> pairs;
    for (std::size_t i = 0; i < n; ++i)
      pairs.push_back({.first = PatchId(i), .second = PatchId(i)});
    return score_patch_pairs(*job.tools.network, job.tools.engine->batch_size(), image, image,
                             pairs, job.spec.options.occlusion)
        .forward_seconds;
  }
  return score_patches(*job.tools.engine, job.tools.network->contract().input, face.picture,
                       thinned(face.plan.patches, n), job.spec.options.occlusion, 0)
      .forward_seconds;
}

/// Seconds for the map of a face by a baseline method, with its clean scores.
double time_map(Job& job, const FaceInput& face) {
  const auto start = std::chrono::steady_clock::now();
  const std::vector<float> clean =
      score_patches(*job.tools.engine, job.tools.network->contract().input, face.picture, {},
                    job.spec.options.occlusion, 0)
          .clean;
  job.tools.explainer->explain(face.picture, face.vertices,
                               {.confidence = job.spec.options.model.confidence,
                                .relation = class_relation(job.tools.network->contract()),
                                .reference = clean},
                               0);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Seconds for making and evaluating the maps of --evaluate on a face; its own map is taken to be
/// empty.
double time_evaluation(Job& job, const FaceInput& face) {
  const std::vector<float> clean =
      score_patches(*job.tools.engine, job.tools.network->contract().input, face.picture, {},
                    job.spec.options.occlusion, 0)
          .clean;
  const int size = job.tools.fitter->canonical().size;
  const CisMap empty{.values = Grid<float>(size, size), .count = Grid<std::int32_t>(size, size)};
  const TargetScore target{.confidence = job.spec.options.model.confidence,
                           .relation = class_relation(job.tools.network->contract()),
                           .reference = clean};
  const auto start = std::chrono::steady_clock::now();
  job.tools.evaluator->evaluate(
      {.face = face, .cis = empty, .clean = clean, .target = target, .target_name = "", .seed = 0});
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Probe probe(Job& job) {
  Probe result;
  PhaseClock clock;
  std::int64_t n_faces = 0;
  std::optional<FaceInput> last;
  const std::int64_t n_probed = std::min(n_probed_images, std::ssize(job.spec.order));

  // The first images tell how many patches a face has and what a fit takes.
  for (std::int64_t position = 0; position < n_probed; ++position) {
    const Sample& sample = job.spec.sample_at(position);
    try {
      last = load_face(sample.path, sample, *job.tools.fitter, job.tools.network->contract(),
                       job.spec.options, clock);
    } catch (const ImageError&) {
      continue;
    }
    // A model of pairs is asked about pairs of patches: at most one a vertex.
    result.patches_per_image += job.tools.network->contract().role == ModelRole::pair
                                    ? static_cast<double>(last->plan.n_used_vertices)
                                    : static_cast<double>(last->plan.patches.size());
    ++n_faces;
  }
  if (!last)
    throw InputError(
        {"none of the first " + std::to_string(n_probed) + " images shows a face that can be used",
         "", "Check --dataset."});
  result.patches_per_image /= static_cast<double>(n_faces);
  result.seconds_per_fit =
      (clock.seconds(Phase::decode) + clock.seconds(Phase::mesh)) / static_cast<double>(n_probed);

  // What a service would be asked may cost money, so it is not timed.
  result.is_timed = !is_service(job);
  if (!result.is_timed) return result;

  // What else an image goes through.
  if (job.tools.evaluator) {
    time_evaluation(job, *last);  // warms up
    result.seconds_per_evaluation = time_evaluation(job, *last);
  }
  if (job.tools.explainer) {
    time_map(job, *last);  // warms up
    result.seconds_per_image = time_map(job, *last);
    return result;
  }

  // Two numbers of patches tell what an image costs and what a patch.
  const std::size_t few =
      std::min(last->plan.patches.size(),
               n_timed_batches * static_cast<std::size_t>(job.tools.engine->batch_size()));
  const std::size_t many = std::min(last->plan.patches.size(), 3 * few);
  time_patches(job, *last, few);  // warms up
  const double of_few = time_patches(job, *last, few);
  const double of_many = many > few ? time_patches(job, *last, many) : of_few;
  result.seconds_per_patch = many > few && of_many > of_few
                                 ? (of_many - of_few) / static_cast<double>(many - few)
                                 : of_few / static_cast<double>(std::max<std::size_t>(few, 1));
  result.seconds_per_image =
      std::max(0.0, of_few - result.seconds_per_patch * static_cast<double>(few));
  return result;
}

/// The most memory that this process has held.
double peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

/// The engine, why it was taken, its precision, and what each layer costs by windows.
std::string describe_engine(const EngineChoice& choice) {
  std::string text =
      "engine " + std::string(enum_name(choice.engine)) + ": " + choice.reason + "\n";
  text += "precision " + std::string(enum_name(choice.precision));
  if (choice.precision != Precision::float32) {
    text += " by differences: clean values stay float32, and " + std::to_string(n_audited_patches) +
            " patches of each image are checked in float32";
  }
  text += "\n";
  if (!choice.incremental) return text;
  char row[192];
  text +=
      "layer                     output           window of the map   multiply-adds [million]: "
      "full   by window\n";
  for (const LayerCost& cost : choice.incremental->layers) {
    std::snprintf(row, sizeof(row), "%4d %-16s %5d x %3d x %3d %17.1f %% %29.2f %11.2f\n",
                  cost.layer, cost.kind.c_str(), cost.channels, cost.height, cost.width,
                  100 * cost.window_share, cost.multiply_adds / 1e6,
                  cost.window_multiply_adds / 1e6);
    text += row;
  }
  return text;
}

/// What occlusion at the vertices costs. @param patches of one image
std::string describe_patches(const Job& job, double patches) {
  const auto n_images = static_cast<double>(job.spec.order.size());
  const EngineChoice& choice = job.tools.engine_choice;
  std::string text = plan_line("distinct patches per image", patches, "(mean of the first images)");
  text += plan_line("forwards in all", patches * n_images, "");
  text += multiply_adds_line("multiply-adds per forward",
                             job.tools.cost.multiply_adds_per_image / 1e6, "million");
  text += multiply_adds_line("multiply-adds per patch", choice.multiply_adds_per_patch / 1e6,
                             "million, by the engine");
  text += multiply_adds_line("multiply-adds in all",
                             choice.multiply_adds_per_patch * patches * n_images / 1e12, "tera");
  text += plan_line("batch size", choice.batch_size, "");
  text += plan_line("activations of a batch", choice.working_bytes / 1e6, "MB per rank");
  return text;
}

/// What a baseline method costs. @param n_clean clean images that are scored for one map @param
/// n_views maps of an image
std::string describe_passes(const Job& job, double n_clean, double n_views) {
  const PassesPerImage passes = job.tools.explainer->passes();
  const double forwards = n_views * (static_cast<double>(passes.forwards) + n_clean);
  const MethodFacts& method = job.tools.explainer->facts();
  std::string text = plan_line(
      "forwards per image", forwards,
      method.is_cost_upper_bound ? "at most (with the clean image's)" : "(with the clean image's)");
  text +=
      plan_line("backward passes per image", n_views * static_cast<double>(passes.backwards), "");
  text += plan_line("forwards in all", forwards * static_cast<double>(job.spec.order.size()), "");
  const bool has_windows = method.needs.patches;
  text += multiply_adds_line("multiply-adds per forward",
                             (has_windows ? job.tools.engine_choice.multiply_adds_per_patch
                                          : job.tools.cost.multiply_adds_per_image) /
                                 1e6,
                             has_windows ? "million, of a window" : "million");
  text += plan_line("batch size", job.tools.explainer->batch_size(), "");
  return text;
}

/// What the requests to a model that runs elsewhere come to, at least: those that fail come on top.
/// @param patches of one image @param n_clean clean images that are scored for one map
std::string describe_requests(const Job& job, double patches, double n_clean) {
  const ModelOptions& options = job.spec.options.model;
  const ModelBackend& backend = job.tools.network->backend();
  double n = 0;
  if (job.tools.explainer) {
    const std::int64_t batch = job.tools.explainer->batch_size();
    n = static_cast<double>(job.tools.explainer->passes().forwards) / static_cast<double>(batch) *
        static_cast<double>(backend.requests_for(batch));
  } else {
    // The full engine sends whole batches, and what is left in halves, quarters and so on.
    auto size = static_cast<std::int64_t>(job.tools.engine->batch_size());
    for (auto left = static_cast<std::int64_t>(std::lround(patches)); left > 0; size /= 2) {
      const std::int64_t n_batches = left / size;
      n += static_cast<double>(n_batches * backend.requests_for(size));
      left %= size;
    }
  }
  n += n_clean *
       static_cast<double>(backend.requests_for(1) + backend.requests_for(n_repeated_answers));
  n *= static_cast<double>(job.spec.order.size());

  std::string text = plan_line("requests in all", n, "at least");
  if (options.requests_per_second)
    text += plan_line("time of the requests", n / *options.requests_per_second,
                      "s at least, by --requests-per-second");
  if (options.price_per_1000 > 0)
    text += plan_line("price", n * options.price_per_1000 / 1000, "by --price-per-1000");
  return text;
}

std::string describe_method_of(const Job& job) {
  const std::string layer = job.tools.explainer->cam_layer();
  return "method " + job.spec.options.explain.method + (layer.empty() ? "" : ", layer " + layer) +
         "\n";
}

/// Bytes of a rank's sums: those of the run's map, of the groups and of the evaluated methods, and
/// of the curves.
double bytes_of_maps(const Job& job) {
  const double size = job.tools.fitter->canonical().size;
  const std::size_t n_maps = 1 + (maps_lost_faces(job) ? 1 : 0) +
                             job.spec.grouping->names().size() +
                             job.spec.options.study.evaluate.size();
  return size * size * (32.0 * static_cast<double>(n_maps) + 12.0 * 24 + 24);
}

/// What intervals and tests keep of the maps: on disk of all ranks, and in a rank's memory at the
/// end, where its share of the rows is held three times and the sums of a block of exchanges three
/// times; rank 0 holds the distances of all resamples three times.
std::string describe_inference(const Job& job, int n_ranks) {
  if (!infers_from_maps(job.spec)) return "";
  const CoarseGrid grid = make_coarse_grid(job);
  const double row_bytes = 4.0 * static_cast<double>(grid.n_values());
  const auto n_images = static_cast<double>(job.spec.order.size());
  const auto n_groups = static_cast<double>(job.spec.grouping->names().size());
  const double n_sums = 3.0 * weightings_at_once * std::max(1.0, n_groups - 1);
  const auto n_resamples = static_cast<double>(resamples_of_intervals);
  const double rows = 3 * row_bytes * n_images / n_ranks;
  const double memory = rows + std::max(6 * n_sums, 3 * n_resamples) * row_bytes;
  return plan_line("exchanges to test groups",
                   static_cast<double>(job.spec.options.inference.permutations), "") +
         plan_line("maps kept for intervals and tests", row_bytes * n_images / 1e6,
                   "MB on disk at most") +
         plan_line("memory of intervals and tests", memory / 1e6, "MB on rank 0, at the end");
}

/// What the run would do and cost. @param found what its first images have cost
std::string describe_plan(const Job& job, const Probe& found, int n_ranks, int n_threads) {
  const Options& options = job.spec.options;
  const CanonicalFace& face = job.tools.fitter->canonical();
  const auto n_images = static_cast<double>(job.spec.order.size());
  const bool is_pair = is_pair_confidence(options.model.confidence);
  const double n_faces_per_image = is_pair ? 2 : 1;
  // Two images that a model of pairs sees at once are one forward.
  const double n_inputs_per_image =
      options.model.confidence == Confidence::similarity ? 1 : n_faces_per_image;
  const double n_views = options.saliency.mirror == Mirror::image ? 2 : 1;
  const double patches = found.patches_per_image * n_inputs_per_image * n_views;

  // The work.
  std::string text = plan_line("images", n_images, "");
  text += plan_line("ranks", n_ranks, "");
  text += plan_line("threads per rank", n_threads, "");
  const auto n_vertices = static_cast<std::int64_t>(face.vertices.size());
  const std::int64_t n_measured =
      std::min(n_vertices, options.occlusion.vertices_per_image.value_or(n_vertices));
  text += plan_line("vertices per image", static_cast<double>(n_measured), "");
  text += job.tools.explainer ? describe_passes(job, n_faces_per_image, n_views)
                              : describe_patches(job, patches);
  if (job.tools.evaluator) {
    text += plan_line("maps evaluated per image",
                      static_cast<double>(job.tools.evaluator->names().size()), "");
    text += plan_line("forwards per image to evaluate them",
                      static_cast<double>(job.tools.evaluator->n_forwards()),
                      "(with those that make them)");
  }

  // A baseline method makes one map of a pair.
  const double n_scored = (job.tools.explainer ? 1 : n_inputs_per_image) * n_views;
  if (job.tools.network->capabilities().has_requests)
    text += describe_requests(job, patches, n_scored);

  // The memory. The probe has loaded and run all that a rank needs but its sums and what the end of
  // the run makes of them.
  const double bytes = peak_memory_bytes() + bytes_of_maps(job) +
                       static_cast<double>(face.size) * face.size * finish_bytes_per_pixel;
  text += plan_line("weights", static_cast<double>(job.tools.network->weight_bytes()) / 1e6,
                    "MB per rank");
  text += plan_line("maps and curves", bytes_of_maps(job) / 1e6, "MB per rank");
  text += plan_line("memory", bytes / 1e6, "MB per rank (estimate)");
  text += describe_inference(job, n_ranks);

  // The time.
  const double seconds = n_images / n_ranks *
                         (patches * found.seconds_per_patch + n_scored * found.seconds_per_image +
                          n_faces_per_image * found.seconds_per_fit + found.seconds_per_evaluation);
  if (!found.is_timed) {
    text += "time: not measured, since a service may cost money; " +
            std::to_string(job.tools.network->backend().use().n_requests) +
            " requests were sent for this plan\n";
  } else {
    text += time_line(seconds, may_stop(options.stop) ? EarlyEnd::possible : EarlyEnd::none);
  }
  text += job.tools.explainer ? describe_method_of(job) : describe_engine(job.tools.engine_choice);
  return text;
}

}  // namespace

std::string plan_job(const Communicator& communicator, const Options& options) {
  std::string text;
  const RankSetup setup = set_up_rank(communicator, options.model);
  agree(communicator, [&] {
    if (!communicator.is_root()) return;
    Dataset dataset = list_images(options.dataset);
    const std::string missing = check_files(Communicator::single(), dataset, options);
    std::optional<Dataset> gallery;
    if (needs_gallery(options)) {
      gallery =
          leave_out_missing(Communicator::single(), list_gallery(options.dataset), options.dataset);
    }
    Job job = prepare_job(options, setup.device, std::move(dataset));
    if (!missing.empty()) job.spec.warnings.push_back(missing);
    if (gallery) {
      job.spec.gallery = label_gallery(std::move(*gallery), job.spec.label_column);
      check_gallery(job);
    }
    for (const std::string& warning : job.spec.warnings) log_warning(warning);
    text = describe_plan(job, probe(job), communicator.size(), setup.n_threads);
  });
  return text;
}

}  // namespace csm
