#include "csm/measure/image_worker.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "answer_noise.h"
#include "audited_confidences.h"
#include "csm/core/error.h"
#include "csm/core/random.h"
#include "csm/explain/sample_map.h"
#include "csm/measure/face_input.h"
#include "csm/mesh/crop.h"
#include "csm/model/confidence.h"
#include "csm/occlusion/drop.h"
#include "csm/occlusion/engine.h"
#include "lost_faces.h"

namespace csm {
namespace {

template <class Confidence>
IdVector<PatchId, double> confidence_per_patch(const OcclusionScores& scores,
                                               Confidence&& confidence) {
  IdVector<PatchId, double> result;
  for (int patch = 0; patch < scores.covered.height(); ++patch)
    result.push_back(confidence(scores.covered.row(patch)));
  return result;
}

double degrees(double radians) { return radians * 180 / std::numbers::pi; }

/// Of the clean image and its occluded copies.
std::int64_t count_saturated(const OcclusionScores& scores, const TargetScore& target,
                             const ModelContract& contract) {
  if (!is_class_confidence(target.confidence)) return 0;
  const auto is_at_end = [&](std::span<const float> row) {
    return is_saturated(row, target.target, target.confidence, contract);
  };
  std::int64_t n = is_at_end(scores.clean) ? 1 : 0;
  for (int patch = 0; patch < scores.covered.height(); ++patch)
    n += is_at_end(scores.covered.row(patch)) ? 1 : 0;
  return n;
}

/// Pose and number of faces; of a pair the pose of its first photo and the larger number.
void describe_face(const LoadedImage& image, ImageRow& row) {
  const FittedFace& face = image.face.face;
  const FittedFace& second = image.second.face;
  row.yaw = degrees(face.pose.yaw);
  row.pitch = degrees(face.pose.pitch);
  row.roll = degrees(face.pose.roll);
  row.n_faces = std::max(face.n_faces, second.n_faces);
  row.n_meshes_turned = (face.file.is_turned_over ? 1 : 0) + (second.file.is_turned_over ? 1 : 0);
  row.mesh_key = second.vertices.empty() ? face.file.key : 0;
}

void describe_drops(const std::vector<double>& drops, ImageRow& row) {
  bool is_first = true;
  for (const double drop : drops) {
    if (std::isnan(drop)) continue;
    row.n_vertices += 1;
    row.max_drop = is_first ? drop : std::max(row.max_drop, drop);
    row.min_drop = is_first ? drop : std::min(row.min_drop, drop);
    is_first = false;
  }
}

}  // namespace

std::string fold_of(const Job& job, std::int64_t position) {
  const auto fold = job.spec.sample_at(position).columns.find("fold");
  return fold && job.spec.n_folds > 1 ? *fold : position % 2 == 0 ? "a" : "b";
}

OcclusionScores ImageWorker::score(OcclusionEngine& engine, const FaceInput& face,
                                   const Sample& sample) {
  OcclusionScores scores = clock_.time(Phase::occlusion, [&] {
    const std::span<const PatchRect> patches = job_.tools.explainer
                                                   ? std::span<const PatchRect>()
                                                   : std::span<const PatchRect>(face.plan.patches);
    return score_patches(engine, job_.tools.network->contract().input, face.picture, patches,
                         job_.spec.options.occlusion,
                         seed_of(job_.spec.options.dataset.seed, sample.id));
  });
  clock_.add(Phase::forward, scores.forward_seconds);
  return scores;
}

/// The map of another method at the vertices, in the place of the drops.
void ImageWorker::explain(const FaceInput& face, const Sample& sample, Measured& measured) {
  clock_.time(Phase::explain, [&] {
    const Explanation explanation =
        job_.tools.explainer->explain(face.picture, used_vertices(face), measured.target,
                                      seed_of(job_.spec.options.dataset.seed, sample.id));
    measured.drops = sample_map(explanation.map, face.vertices, face.plan.patch_of_vertex);
    measured.n_computed = explanation.cost.forwards;
  });
}

/// The drops of an image by itself, or the map of a baseline method in their place.
ImageWorker::Measured ImageWorker::measure_drops(const FaceInput& face, const Sample& sample,
                                                 const OcclusionScores& scores,
                                                 TargetScore target) {
  const auto confidence = [&](std::span<const float> row) {
    return confidence_of(row, target, target.confidence);
  };
  Measured measured;
  measured.clean = confidence(scores.clean);
  measured.scores = scores.clean;
  measured.n_lost = count_lost(scores);
  measured.n_saturated = count_saturated(scores, target, job_.tools.network->contract());
  if (!job_.tools.explainer) {
    measured.drops =
        drop_per_vertex(face.plan, measured.clean, confidence_per_patch(scores, confidence));
    measured.lost = lost_per_vertex(face.plan, scores);
    measured.n_patches = std::ssize(face.plan.patches);
    measured.n_computed = scores.n_computed;
    AuditedConfidences audited;
    audited.add(scores, confidence);
    measured.audit = audited.audit();
  }
  measured.target = std::move(target);
  if (job_.tools.explainer) explain(face, sample, measured);
  return measured;
}

ImageWorker::Measured ImageWorker::measure_class(OcclusionEngine& engine, const FaceInput& face,
                                                 const Sample& sample,
                                                 std::optional<int> forced_target, ImageRow& row) {
  const std::string label = sample.columns.find(job_.spec.label_column).value_or("");
  const int label_class = job_.spec.class_labels->class_of(label).value_or(-1);
  if (label_class >= 0) row.label = job_.spec.target_names[label_class];
  const Target target_choice = job_.spec.options.model.target;
  if (target_choice == Target::label && label_class < 0) {
    throw ImageError(label.empty() ? "label missing" : "label unknown",
                     "'" + label + "' in column " + job_.spec.label_column);
  }
  const OcclusionScores scores = score(engine, face, sample);
  const int predicted = argmax(scores.clean);
  const int target =
      forced_target.value_or(target_choice == Target::label ? label_class : predicted);
  row.predicted = job_.spec.target_names[predicted];
  row.target = job_.spec.target_names[target];
  return measure_drops(face, sample, scores,
                       {.confidence = job_.spec.options.model.confidence,
                        .target = target,
                        .relation = class_relation(job_.tools.network->contract())});
}

ImageWorker::Measured ImageWorker::measure_gallery(OcclusionEngine& engine, const FaceInput& face,
                                                   const Sample& sample, ImageRow& row) {
  row.label = sample.columns.find(job_.spec.label_column).value_or("");
  const OcclusionScores scores = score(engine, face, sample);
  std::vector<float> reference = scores.clean;
  row.target = "itself";
  if (!gallery_.empty()) {
    const auto nearest =
        nearest_in_gallery(gallery_, scores.clean, row.label, hash_pixels(face.image));
    if (!nearest)
      throw ImageError("no gallery image of this label",
                       "'" + row.label + "' but for the same pixels");
    const auto embedding = gallery_.embeddings.row(*nearest);
    reference.assign(embedding.begin(), embedding.end());
    row.target = gallery_.names[*nearest];
  }
  return measure_drops(face, sample, scores,
                       {.confidence = Confidence::cosine, .reference = reference});
}

/// The canonical map of values at the vertices, NaN where unused.
CisMap ImageWorker::paint(const std::vector<double>& at_vertices,
                          DensityNormalisation density_normalisation) const {
  const CanonicalFace& canonical = job_.tools.fitter->canonical();
  return compute_cis(canonical.vertices, at_vertices, job_.canonical_patch_side(), canonical.size,
                     density_normalisation, job_.midline());
}

CisMap ImageWorker::paint(const std::vector<double>& at_vertices) const {
  return paint(at_vertices, job_.spec.options.saliency.density_normalisation);
}

/// Evaluates the maps of an image; of a pair those on its first image, the second stays as it is.
void ImageWorker::evaluate(const LoadedImage& image, const Sample& sample, const Measured& measured,
                           ImageOutcome& outcome) {
  clock_.time(Phase::evaluate, [&] {
    ImageEvaluation evaluation = job_.tools.evaluator->evaluate(
        {.face = image.face,
         .cis = *outcome.cis,
         .clean = measured.scores,
         .target = measured.target,
         .target_name = outcome.row.target,
         .seed = seed_of(job_.spec.options.dataset.seed, sample.id)});
    for (const Grid<float>& map : job_.tools.evaluator->maps_of_methods(evaluation.maps))
      outcome.methods.push_back(
          paint(sample_map(map, image.face.vertices, image.face.plan.patch_of_vertex)));
    outcome.row.faithfulness = std::move(evaluation.faithfulness);
  });
}

ImageWorker::Measured ImageWorker::measure_one(OcclusionEngine& engine, const LoadedImage& image,
                                               const Sample& sample,
                                               std::optional<int> forced_target, ImageRow& row) {
  switch (job_.spec.options.model.confidence) {
    case Confidence::log_odds:
    case Confidence::probability:
    case Confidence::logit:
      return measure_class(engine, image.face, sample, forced_target, row);
    case Confidence::cosine:
      return measure_gallery(engine, image.face, sample, row);
    case Confidence::verification:
      return measure_pair(engine, image, sample, row);
    case Confidence::similarity:
      return measure_similarity(engine.batch_size(), image, sample, row);
  }
  fail_contract("unknown confidence", __FILE__, __LINE__);
}

/// With --mirror image the mean of the drops on the image and on its mirror image, for the class of
/// the image.
ImageWorker::Measured ImageWorker::measure_with(OcclusionEngine& engine, const LoadedImage& image,
                                                const Sample& sample, ImageRow& row) {
  Measured measured = measure_one(engine, image, sample, std::nullopt, row);
  if (job_.spec.options.saliency.mirror != Mirror::image) return measured;

  LoadedImage mirrored;
  mirrored.position = image.position;
  const int patch_size = job_.spec.options.occlusion.patch_size;
  mirrored.face = mirror_face(image.face, patch_size);
  if (!image.second.picture.values.empty()) mirrored.second = mirror_face(image.second, patch_size);
  ImageRow row_of_mirrored;
  const Measured other =
      measure_one(engine, mirrored, sample, measured.target.target, row_of_mirrored);

  measured.drops = mean_of_views(measured.drops, other.drops);
  measured.lost = mean_of_views(measured.lost, other.lost);
  measured.n_patches += other.n_patches;
  measured.n_computed += other.n_computed;
  measured.n_saturated += other.n_saturated;
  measured.n_lost += other.n_lost;
  return measured;
}

void ImageWorker::measure(LoadedImage& image, const Sample& sample, ImageOutcome& outcome) {
  outcome.row.n_faces = image.n_faces;
  if (image.error) throw ImageError(*image.error);
  FaceInput& face = image.face;
  describe_face(image, outcome.row);

  // The drops, Eq. (1); in float32 again if the lower precision was too coarse for this image.
  Measured measured = measure_with(*job_.tools.engine, image, sample, outcome.row);
  const bool is_low = job_.tools.engine_choice.precision != Precision::float32;
  if (is_low && relative_error(measured.audit) > job_.spec.options.occlusion.precision_tolerance) {
    Measured exact = measure_with(job_.tools.engine->exact(), image, sample, outcome.row);
    exact.audit = measured.audit;
    exact.n_computed += measured.n_computed;
    measured = std::move(exact);
    outcome.row.n_fallbacks = 1;
  }

  // What is known of them.
  outcome.row.confidence = measured.clean;
  outcome.row.n_patches = measured.n_patches;
  outcome.row.n_computed = measured.n_computed;
  outcome.row.n_saturated = measured.n_saturated;
  outcome.row.n_lost = measured.n_lost;
  outcome.row.noise = clock_.time(Phase::occlusion, [&] {
    std::vector<const RgbImage*> images = {&face.picture};
    if (job_.tools.network->contract().role == ModelRole::pair)
      images.push_back(&image.second.picture);
    return measure_noise(*job_.tools.network, images, measured.target, measured.clean);
  });
  outcome.row.n_audited = measured.audit.n;
  outcome.row.audit_error = measured.audit.error;
  outcome.row.audit_correlation = measured.audit.correlation;
  outcome.row.audit_bias = measured.audit.bias;
  outcome.row.audit_spread = measured.audit.spread;
  outcome.row.audit_drop_spread = measured.audit.drop_spread;
  describe_drops(measured.drops, outcome.row);

  // The map of the image, Eqs. (4) and (5), and the face beside it.
  clock_.time(Phase::saliency, [&] {
    outcome.cis = paint(measured.drops);
    if (maps_lost_faces(job_))  // shares, whatever the map of the drops is
      outcome.face_lost = paint(measured.lost, DensityNormalisation::on);
    outcome.canonical_face =
        warp_to_canonical(face.image, face.face, job_.tools.fitter->canonical());
  });
  if (job_.tools.evaluator) evaluate(image, sample, measured, outcome);

  // Whose map it counts for, and what an example in the report needs.
  outcome.group = job_.spec.grouping->group_of(outcome.row, sample);
  if (outcome.group) outcome.row.group = job_.spec.grouping->names()[*outcome.group];
  outcome.picture = std::move(face.picture);
  outcome.vertices = std::move(face.vertices);
}

ImageOutcome ImageWorker::process(LoadedImage image) {
  const auto start = std::chrono::steady_clock::now();
  const Sample& sample = job_.spec.sample_at(image.position);
  ImageOutcome outcome;
  outcome.row.order = image.position;
  outcome.row.id = sample.id;
  outcome.row.status = "ok";
  try {
    measure(image, sample, outcome);
  } catch (const ImageError& error) {
    outcome.row.status = error.reason();
    outcome.row.detail = error.what();
    outcome.cis.reset();
    outcome.face_lost.reset();
  }
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  outcome.row.seconds = image.seconds + spent.count();
  return outcome;
}

}  // namespace csm
