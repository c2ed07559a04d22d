#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "audited_confidences.h"
#include "csm/core/error.h"
#include "csm/core/random.h"
#include "csm/measure/image_worker.h"
#include "csm/model/confidence.h"
#include "csm/occlusion/pair_scores.h"
#include "lost_faces.h"

namespace csm {
namespace {

/// The patches of each vertex that both images use, each two of them once.
std::vector<PatchPair> plan_patch_pairs(const PatchPlan& first, const PatchPlan& second) {
  std::vector<PatchPair> pairs;
  for (const VertexId vertex : first.patch_of_vertex.ids()) {
    const std::optional<PatchId> patch = first.patch_of_vertex[vertex];
    const std::optional<PatchId> other = second.patch_of_vertex[vertex];
    if (patch && other) pairs.push_back({.first = *patch, .second = *other});
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

}  // namespace

/// The threshold of the fold, learnt on all other folds, Eq. (8).
double ImageWorker::threshold_of(const LoadedImage& pair) const {
  const auto threshold = thresholds_.of_fold.find(fold_of(job_, pair.position));
  if (threshold == thresholds_.of_fold.end())
    throw ImageError("no threshold for its fold", "no pair of the fold could be scored");
  return threshold->second;
}

ImageWorker::Measured ImageWorker::measure_pair(OcclusionEngine& engine, const LoadedImage& pair,
                                                const Sample& sample, ImageRow& row) {
  const FaceInput& face = pair.face;
  const FaceInput& second = pair.second;
  const bool same_person = is_same_person(sample);
  row.label = row.target = class_of_pair(same_person);

  const double threshold = threshold_of(pair);

  // The clean pair.
  const OcclusionScores first_scores = score(engine, face, sample);
  const OcclusionScores second_scores = score(engine, second, sample);
  const double clean_cosine = cosine_similarity(first_scores.clean, second_scores.clean);
  row.predicted = class_of_pair(clean_cosine > threshold);
  Measured measured;
  measured.clean = verification_confidence(clean_cosine, threshold, same_person);
  measured.scores = first_scores.clean;
  measured.target = {.confidence = Confidence::verification,
                     .reference = second_scores.clean,
                     .threshold = threshold,
                     .same_person = same_person};

  if (job_.tools.explainer) {
    explain(face, sample, measured);
    return measured;
  }
  measured.n_patches = std::ssize(face.plan.patches) + std::ssize(second.plan.patches);
  measured.n_computed = first_scores.n_computed + second_scores.n_computed;
  measured.n_lost = count_lost(first_scores) + count_lost(second_scores);
  measured.lost = lost_of_pair(lost_per_vertex(face.plan, first_scores),
                               lost_per_vertex(second.plan, second_scores));

  // The patches of each image are drawn by themselves, so each is compared with the other image as
  // it is.
  const auto confidence_beside = [&](const std::vector<float>& other) {
    return [&](std::span<const float> scores) {
      return verification_confidence(cosine_similarity(scores, other), threshold, same_person);
    };
  };
  AuditedConfidences audited;
  audited.add(first_scores, confidence_beside(second_scores.clean));
  audited.add(second_scores, confidence_beside(first_scores.clean));
  measured.audit = audited.audit();

  // The drops: both images occluded at one vertex, against the clean pair.
  for (const VertexId vertex : face.plan.patch_of_vertex.ids()) {
    // The same facial region is occluded in both images, so a vertex counts if both show it.
    const std::optional<PatchId> first_patch = face.plan.patch_of_vertex[vertex];
    const std::optional<PatchId> second_patch = second.plan.patch_of_vertex[vertex];
    if (!first_patch || !second_patch) {
      measured.drops.push_back(std::numeric_limits<double>::quiet_NaN());
      continue;
    }
    const double cosine =
        cosine_similarity(first_scores.of(*first_patch), second_scores.of(*second_patch));
    measured.drops.push_back(measured.clean -
                             verification_confidence(cosine, threshold,
                                                     same_person));  // Eqs. (1), (8)
  }
  return measured;
}

/// A pair by a model of pairs: Eq. (8) with its similarity in the place of the cosine.
ImageWorker::Measured ImageWorker::measure_similarity(int batch_size, const LoadedImage& pair,
                                                      const Sample& sample, ImageRow& row) {
  const FaceInput& face = pair.face;
  const FaceInput& second = pair.second;
  const bool same_person = is_same_person(sample);
  row.label = row.target = class_of_pair(same_person);
  const double threshold = threshold_of(pair);

  // The clean pair, and both images occluded at each vertex.
  const std::vector<PatchPair> pairs = plan_patch_pairs(face.plan, second.plan);
  const std::uint64_t seed = seed_of(job_.spec.options.dataset.seed, sample.id);
  const PairScores scores = clock_.time(Phase::occlusion, [&] {
    return score_patch_pairs(
        *job_.tools.network, batch_size,
        {.image = face.picture, .patches = face.plan.patches, .seed = seed},
        {.image = second.picture, .patches = second.plan.patches, .seed = seed}, pairs,
        job_.spec.options.occlusion);
  });
  clock_.add(Phase::forward, scores.forward_seconds);

  row.predicted = class_of_pair(scores.clean > threshold);
  Measured measured;
  measured.clean = verification_confidence(scores.clean, threshold, same_person);
  measured.scores = {static_cast<float>(scores.clean)};
  measured.target = {
      .confidence = Confidence::similarity, .threshold = threshold, .same_person = same_person};
  measured.n_patches = measured.n_computed = std::ssize(pairs);
  measured.n_lost = std::count_if(scores.occluded.begin(), scores.occluded.end(),
                                  [](double score) { return std::isnan(score); });

  // The drops, Eqs. (1) and (8).
  for (const VertexId vertex : face.plan.patch_of_vertex.ids()) {
    const std::optional<PatchId> patch = face.plan.patch_of_vertex[vertex];
    const std::optional<PatchId> other = second.plan.patch_of_vertex[vertex];
    double drop = std::numeric_limits<double>::quiet_NaN();
    double lost = drop;
    if (patch && other) {
      const PatchPair both{.first = *patch, .second = *other};
      const auto place = std::lower_bound(pairs.begin(), pairs.end(), both) - pairs.begin();
      const double score = scores.occluded[static_cast<std::size_t>(place)];
      drop = measured.clean - verification_confidence(score, threshold, same_person);
      lost = std::isnan(score) ? 1 : 0;
    }
    measured.drops.push_back(drop);
    measured.lost.push_back(lost);
  }
  return measured;
}

}  // namespace csm
