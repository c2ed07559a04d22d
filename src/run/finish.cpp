#include "finish.h"

#include <algorithm>
#include <utility>

#include "count_forwards.h"
#include "csm/cluster/session.h"
#include "csm/core/enum_names.h"
#include "csm/core/error.h"
#include "csm/core/hash.h"
#include "csm/core/magnitude.h"
#include "csm/core/provenance.h"
#include "csm/core/text.h"
#include "csm/core/version.h"
#include "csm/dataset/decode.h"
#include "csm/explain/method_facts.h"
#include "csm/inference/describe_findings.h"
#include "csm/measure/design_images.h"
#include "csm/measure/image_loop.h"
#include "csm/model/compute_settings.h"
#include "csm/store/classification.h"
#include "csm/store/result_file.h"
#include "describe_result.h"

namespace csm {
namespace {

/// What the maps show, and the remarks that a reader needs with them.
void describe_maps(const Job& job, Result& result) {
  result.words = describe_method(job.spec.options.explain.method, result.confidence_kind);
  result.method = job.spec.options.explain.method;
  result.title = "Canonical model saliency" +
                 (job.tools.explainer ? " by " + result.words.name : std::string()) + ": " +
                 result.task;
  if (!job.tools.explainer) return;
  const std::string layer = job.tools.explainer->cam_layer();
  result.remarks.push_back("The map of each image was made by " + result.words.name +
                           (layer.empty() ? "" : " with the layer " + layer) +
                           " and sampled at the vertices of the mesh.");
  if (job.spec.options.model.confidence == Confidence::verification) {
    result.remarks.emplace_back(
        "The map of a pair shows its first image, compared with the second as it is.");
  }
}

/// The hash of the list of images, so that two results can be told to rest on the same data.
std::string dataset_hash(const Job& job) {
  std::string list;
  for (const std::int64_t index : job.spec.order) list += job.spec.dataset.samples[index].id + "\n";
  return sha256(list);
}

void check_failures(const Job& job, const Result& result) {
  // Of the images that the run worked on: it may have ended before its last one.
  const auto n_done = std::ssize(result.images);
  const std::int64_t n_allowed = allowed_failures(job.spec.options.run.max_failures, n_done);
  if (result.n_images > 0 && result.n_failed <= n_allowed) return;
  std::vector<std::string> reasons;
  for (const auto& [reason, number] : result.failures)
    reasons.push_back(std::to_string(number) + " x " + reason);
  throw RunError({std::to_string(result.n_failed) + " of " + std::to_string(n_done) +
                      " images failed, --max-failures allows " + std::to_string(n_allowed),
                  join(reasons),
                  "Mend the data set (the lines above name the images), or raise --max-failures."});
}

/// Sums up the evaluations on the maps of all images.
Faithfulness summarise_evaluations(const Job& job, const std::vector<ImageRow>& rows) {
  std::vector<const ImageFaithfulness*> evaluated;
  for (const ImageRow& row : rows) {
    if (row.status == "ok") evaluated.push_back(&row.faithfulness);
  }
  std::vector<std::string> confidences;
  for (const Confidence kind : evaluated_confidences(job.spec.options.model.confidence))
    confidences.emplace_back(enum_name(kind));
  return summarise_faithfulness(evaluated, job.tools.evaluator->names(), confidences,
                                job.spec.options.dataset.seed);
}

void describe_inputs(const Job& job, Result& result) {
  const ModelContract& contract = job.tools.network->contract();
  result.inputs = {{"model_kind", job.tools.network->backend().kind()},
                   {"model", job.tools.network->path().string()},
                   {"model_name", contract.name},
                   {model_sha256_input, job.tools.network->sha256()},
                   {"model_source", contract.source},
                   {"model_licence", contract.licence},
                   {"mesh", job.tools.fitter->canonical().source},
                   {dataset_input, job.spec.dataset.root.string()},
                   {"dataset_sha256", dataset_hash(job)},
                   {"engine", std::string(enum_name(job.tools.engine_choice.engine))},
                   {"engine_reason", job.tools.engine_choice.reason},
                   {"engine_precision", std::string(enum_name(job.tools.engine_choice.precision))}};
  if (job.tools.explainer && job.tools.explainer->facts().needs.layer)
    result.inputs.emplace_back("cam_layer", job.tools.explainer->cam_layer());
}

/// What the run was asked for, and with what it was computed.
Result describe_run(const Job& job, RunRecord& record) {
  Result result;
  result.task = job.spec.options.run.task.empty() ? job.tools.network->contract().task
                                                  : job.spec.options.run.task;
  result.confidence_kind = enum_name(job.spec.options.model.confidence);
  result.confidence_name = name_of_confidence(result.confidence_kind);
  result.confidence_unit = unit_of_confidence(result.confidence_kind);
  result.start_time = std::move(record.start_time);
  result.command = std::move(record.command);
  result.options = describe_options(job.spec.options);
  result.versions = {{"csm", version},
                     {"git", git_description()},
                     {"torch", torch_version()},
                     {"opencv", opencv_version()},
                     {"libheif", libheif_version()},
                     {"hdf5", hdf5_version()},
                     {"mpi", mpi_version()}};
  result.compute_settings = compute_settings();
  result.remarks = std::move(record.remarks);
  describe_maps(job, result);
  result.n_restored = record.n_restored;
  result.seed = job.spec.options.dataset.seed;
  result.n_ranks = std::ssize(record.ranks);
  describe_inputs(job, result);
  return result;
}

/// Takes over the table of images and counts those that failed.
void count_images(std::vector<ImageRow> rows, Result& result) {
  result.images = std::move(rows);
  std::sort(result.images.begin(), result.images.end(),
            [](const ImageRow& a, const ImageRow& b) { return a.order < b.order; });
  for (const ImageRow& row : result.images) {
    if (row.status == "ok") {
      result.n_images += 1;
    } else {
      result.n_failed += 1;
      result.failures[row.status] += 1;
    }
  }
}

/// The maps of all images, of each group and of each evaluated method, and what is known of them.
void add_maps(const Job& job, const RankSums& sums, Result& result) {
  result.cms = sums.cms.to_map();
  if (sums.face_lost) result.face_lost = sums.face_lost->to_map();
  result.group_by = group_column(job.spec.options);
  for (std::size_t i = 0; i < sums.groups.size(); ++i) {
    CanonicalMap map = sums.groups[i].to_map();
    if (map.n_images > 0)
      result.groups.push_back({.name = job.spec.grouping->names()[i], .map = std::move(map)});
  }
  for (std::size_t m = 0; m < sums.methods.size(); ++m) {
    const std::string& method = job.spec.options.study.evaluate[m];
    result.methods.push_back({.name = method,
                              .words = describe_method(method, result.confidence_kind),
                              .map = sums.methods[m].to_map()});
  }

  // What tells how far the maps can be trusted.
  result.convergence = sums.convergence.to_convergence();
  result.convergence.forwards = count_forwards(result.images, result.convergence.image_count);
  result.regions = sums.regions.to_summary(result.cms);
  if (job.tools.evaluator) result.faithfulness = summarise_evaluations(job, result.images);

  if (job.spec.options.output.save_cis) result.pixel_weights = job.pixel_weights();

  // The face that they are painted on.
  result.canonical = job.tools.fitter->canonical();
  result.mean_face =
      result.canonical.picture ? *result.canonical.picture : sums.mean_face.to_image();
}

}  // namespace

Result make_result(const Job& job, const RankSums& sums, RunRecord record) {
  Result result = describe_run(job, record);
  count_images(std::move(record.rows), result);
  check_failures(job, result);
  for (std::string& remark : describe_faces(result.images, job.spec.options.mesh.face))
    result.remarks.push_back(std::move(remark));
  result.requests = record.requests;
  result.requests.price = static_cast<double>(record.requests.n_requests) *
                          job.spec.options.model.price_per_1000 / 1000;
  for (std::string& remark : describe_model(*job.tools.network, result.images))
    result.remarks.push_back(std::move(remark));
  if (job.tools.engine_choice.adaptive)
    result.remarks.push_back(describe_interpolation(result.images));
  if (job.tools.engine_choice.precision != Precision::float32)
    result.remarks.push_back(describe_precision(result.images, job.spec.options.occlusion));
  result.classification = summarise_classification(job.spec.target_names, result.images);
  take_accuracy_over_persons(
      result.images, [&](const ImageRow& row) { return job.spec.person_at(row.order); },
      result.classification);
  add_maps(job, sums, result);
  result.inference = std::move(record.inference);
  result.inference.confidence = result.confidence_name;
  if (infers_from_maps(job.spec) && !result.inference.intervals && result.n_images > 1)
    result.remarks.emplace_back(
        "All images show one person: the errors of the map are between images, and there are no "
        "intervals over persons.");
  // What must be known of the maps before what holds is a warning of the run.
  std::vector<std::string> cautions;
  if (result.inference.intervals) cautions = std::exchange(result.inference.intervals->remarks, {});
  conclude(result.inference, largest_magnitude(result.cms.mean.values()), result.words.unit);
  result.warnings = result_warnings(result);
  result.warnings.insert(result.warnings.begin(), cautions.begin(), cautions.end());
  result.ranks = std::move(record.ranks);
  result.end_time = timestamp();
  return result;
}

}  // namespace csm
