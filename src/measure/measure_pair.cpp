#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "audited_confidences.h"
#include "csm/core/error.h"
#include "csm/measure/image_worker.h"
#include "csm/model/confidence.h"
#include "lost_faces.h"

namespace csm {

ImageWorker::Measured ImageWorker::measure_pair(OcclusionEngine& engine, const LoadedImage& pair,
                                                const Sample& sample, ImageRow& row) {
  const FaceInput& face = pair.face;
  const FaceInput& second = pair.second;
  const bool same_person = is_same_person(sample);
  row.label = row.target = same_person ? "same" : "different";

  // The threshold of the fold, learnt on all other folds, Eq. (8).
  const auto threshold = thresholds_.of_fold.find(fold_of(job_, pair.position));
  if (threshold == thresholds_.of_fold.end())
    throw ImageError("no threshold for its fold", "no pair of the fold could be scored");

  // The clean pair.
  const OcclusionScores first_scores = score(engine, face, sample);
  const OcclusionScores second_scores = score(engine, second, sample);
  const double clean_cosine = cosine_similarity(first_scores.clean, second_scores.clean);
  row.predicted = clean_cosine > threshold->second ? "same" : "different";
  Measured measured;
  measured.clean = verification_confidence(clean_cosine, threshold->second, same_person);
  measured.scores = first_scores.clean;
  measured.target = {.confidence = Confidence::verification,
                     .reference = second_scores.clean,
                     .threshold = threshold->second,
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
      return verification_confidence(cosine_similarity(scores, other), threshold->second,
                                     same_person);
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
                             verification_confidence(cosine, threshold->second,
                                                     same_person));  // Eqs. (1), (8)
  }
  return measured;
}

}  // namespace csm
