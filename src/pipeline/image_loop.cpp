#include "csm/pipeline/image_loop.h"

#include <cmath>
#include <string>
#include <utility>

#include "csm/core/error.h"

namespace csm {
namespace {

void add_outcome(const ImageOutcome& outcome, RankSums& sums) {
  sums.cms.add(*outcome.cis);
  if (outcome.group) sums.groups[*outcome.group].add(*outcome.cis);
  sums.convergence.add(outcome.row.order, *outcome.cis);
  sums.regions.add(*outcome.cis);
  sums.mean_face.add(outcome.canonical_face);
}

}  // namespace

std::int64_t allowed_failures(const Job& job) {
  return static_cast<std::int64_t>(
      std::floor(job.options.run.max_failures * static_cast<double>(job.order.size()) + 1e-9));
}

RankSums make_rank_sums(const Job& job) {
  const CanonicalFace& canonical = job.fitter->canonical();
  return {
      .cms = MapSums(canonical.size),
      .groups = std::vector<MapSums>(job.grouping->names().size(), MapSums(canonical.size)),
      .convergence = ConvergenceSums(canonical.size, convergence_ladder(static_cast<std::int64_t>(job.order.size()))),
      .regions = RegionSums(canonical.pixel_regions),
      .mean_face = MeanFaceSums(canonical.size)};
}

LoopResult run_image_loop(const Job& job, ImageWorker& worker, Share share, CisPartFile* part_file, PhaseClock& clock,
                          const std::function<void(ProgressCount)>& on_image) {
  LoopResult result{.sums = make_rank_sums(job), .rows = {}, .examples = {}, .count = {}};
  const auto n_images = static_cast<std::int64_t>(job.order.size());
  for (std::int64_t position = share.rank; position < n_images; position += share.n_ranks) {
    ImageOutcome outcome = worker.process(position);
    if (outcome.cis) {
      clock.time(Phase::saliency, [&] { add_outcome(outcome, result.sums); });
      if (part_file != nullptr) clock.time(Phase::save_cis, [&] { part_file->append(position, outcome.cis->values); });
      result.examples.offer(outcome);
    } else {
      result.count.n_failed += 1;
    }
    result.count.n_done += 1;
    result.rows.push_back(std::move(outcome.row));
    if (result.count.n_failed > allowed_failures(job)) {
      throw RunError({"the image '" + result.rows.back().id + "' is failure " + std::to_string(result.count.n_failed) +
                          " of " + std::to_string(n_images) + " images, --max-failures allows " +
                          std::to_string(allowed_failures(job)),
                      result.rows.back().detail, "Mend the data set, or raise --max-failures."});
    }
    on_image(result.count);
  }
  return result;
}

}  // namespace csm
