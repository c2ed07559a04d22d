#include "csm/run/run.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "build_references.h"
#include "check_files.h"
#include "claim_output.h"
#include "csm/checkpoint/restore.h"
#include "csm/cluster/agreement.h"
#include "csm/core/log.h"
#include "csm/core/provenance.h"
#include "csm/measure/check_data.h"
#include "csm/measure/check_first_images.h"
#include "csm/model/compute_settings.h"
#include "csm/options/options.h"
#include "csm/store/result_file.h"
#include "finish.h"
#include "gather.h"
#include "infer_from_maps.h"
#include "rank_setup.h"
#include "run_log.h"
#include "share_dataset.h"
#include "work_loop.h"

namespace csm {
namespace {

std::vector<std::string> describe_thresholds(const Thresholds& thresholds) {
  std::vector<std::string> remarks;
  for (const auto& [fold, threshold] : thresholds.of_fold) {
    remarks.push_back("Fold '" + fold + "': the threshold of Eq. (8) is " +
                      std::to_string(threshold) + " (cosine).");
  }
  if (!remarks.empty())
    remarks.push_back(
        "Share of the clean pairs decided rightly: " + std::to_string(thresholds.accuracy) + ".");
  return remarks;
}

RankRow describe_rank(const Communicator& communicator, const RankSetup& setup) {
  RankRow row;
  row.rank = communicator.rank();
  row.host = communicator.host();
  row.device = to_string(setup.device);
  row.device_name = setup.cuda.name;
  row.device_uuid = setup.cuda.uuid;
  row.n_threads = setup.n_threads;
  return row;
}

/// Adds to a rank's row what it has done.
RankRow describe_work(RankRow row, const LoopResult& loop, const PhaseClock& clock) {
  row.n_images = loop.n_images;
  row.loop_seconds = loop.seconds;
  row.busy_seconds = loop.seconds - loop.wait_seconds;
  row.seconds_of_phase = clock.table();
  return row;
}

/// What the model was asked by all ranks. @note Collective.
RequestCounts sum_requests(const Communicator& communicator, const ModelUse& own) {
  return {.n_requests = communicator.all_sum(own.n_requests),
          .n_answered = communicator.all_sum(own.n_answered),
          .n_kept = communicator.all_sum(own.n_kept)};
}

/// Deletes the maps of a run that failed at its end, unless there is a checkpoint to go on from.
void drop_useless_folder(const std::filesystem::path& folder) noexcept {
  std::error_code ignored;
  try {
    if (list_checkpoints(folder).empty()) std::filesystem::remove_all(folder, ignored);
  } catch (const std::exception&) {
    // The error that ends the run is the one to be reported.
  }
}

/// What a reader of the result must know of the data set, the gallery and the options.
std::vector<std::string> remarks_of(const Job& job) {
  std::vector<std::string> remarks;
  const auto append = [&](const std::vector<std::string>& more) {
    remarks.insert(remarks.end(), more.begin(), more.end());
  };
  append(job.spec.dataset.warnings);
  append(job.spec.dataset.remarks);
  if (job.spec.gallery) append(job.spec.gallery->warnings);
  append(job.spec.warnings);
  append(job.spec.remarks);
  return remarks;
}

void log_start(const Communicator& communicator, const Job& job, const Restored& restored) {
  if (!communicator.is_root()) return;
  log_info(std::to_string(job.spec.order.size()) + " images on " +
           std::to_string(communicator.size()) + (communicator.size() == 1 ? " rank" : " ranks") +
           ", batches of " +
           std::to_string(job.tools.explainer ? job.tools.explainer->batch_size()
                                              : job.tools.engine->batch_size()));
  if (restored.n_restored > 0) {
    log_info(std::to_string(restored.n_restored) + " images were done before and are taken from '" +
             restored.plan.folder.string() + "'");
  }
  for (const std::string& remark : job.spec.dataset.remarks) log_info(remark);
  for (const std::string& remark : job.spec.remarks) log_info(remark);
  for (const std::string& warning : job.spec.warnings) log_warning(warning);
}

/// Prepares the job on every rank: data set, model, mesh, gallery, each checked before any work.
/// @note Collective.
Job prepare_on_all_ranks(const Communicator& communicator, const Options& options,
                         ComputeDevice device) {
  Dataset dataset = share_dataset(communicator, [&] { return list_images(options.dataset); });
  // The images that a checkpoint has are not needed again.
  const bool goes_on =
      communicator.all_max(communicator.is_root() && has_checkpoint_folder(options) ? 1 : 0) > 0;
  const std::string missing = goes_on ? "" : check_files(communicator, dataset, options);
  std::optional<Dataset> gallery;
  if (needs_gallery(options)) {
    gallery = leave_out_missing(
        communicator, share_dataset(communicator, [&] { return list_gallery(options.dataset); }),
        options.dataset);
  }
  std::optional<Job> job;
  agree(communicator, [&] { job.emplace(prepare_job(options, device, std::move(dataset))); });
  if (!missing.empty()) job->spec.warnings.push_back(missing);
  agree(communicator, [&] {
    if (communicator.is_root()) check_model_on_images(*job);
  });
  agree(communicator, [&] {
    if (!gallery) return;
    job->spec.gallery = label_gallery(std::move(*gallery), job->spec.label_column);
    check_gallery(*job);
  });
  return std::move(*job);
}

/// Writes the result, and removes the checkpoints, which are of no use then. On the root.
void write_on_root(const Job& job, const RankSums& sums, RunRecord record,
                   const std::vector<ImageOutcome>& examples, const std::vector<CisPart>& parts,
                   const std::filesystem::path& checkpoints, RunLog& log) {
  std::sort(record.rows.begin(), record.rows.end(),
            [](const ImageRow& a, const ImageRow& b) { return a.order < b.order; });
  log.failures(record.rows);
  try {
    Result result = make_result(job, sums, std::move(record));
    for (const ImageOutcome& example : examples)
      result.examples.push_back(to_example(example, result.cms, job));
    const OutputOptions& output = job.spec.options.output;
    write_result(output.output, result, output.save_cis ? parts : std::vector<CisPart>());
    log.summary(result);
  } catch (...) {
    drop_useless_folder(checkpoints);
    throw;
  }
  std::error_code ignored;
  std::filesystem::remove_all(checkpoints, ignored);
}

/// Draws the result, if the program does; the result and its images.
std::vector<std::filesystem::path> draw_on_root(const Environment& environment,
                                                const std::filesystem::path& result) {
  std::vector<std::filesystem::path> files;
  if (environment.draw) files = environment.draw(result);
  files.insert(files.begin(), result);
  return files;
}

/// What the loop has left on all ranks, on the root; `parts` on all. @note Collective.
RunRecord collect_record(const Environment& environment, const Job& job, const RankSetup& setup,
                         const LoopResult& loop, const std::vector<CisPart>& parts,
                         PhaseClock& clock) {
  const Communicator& communicator = environment.communicator;
  RunRecord record;
  record.rows = gather_rows(communicator, loop.state.rows);
  if (infers_from_maps(job.spec))
    record.inference = clock.time(
        Phase::infer, [&] { return infer_from_maps(communicator, job, record.rows, parts); });
  record.ranks =
      gather_ranks(communicator, describe_work(describe_rank(communicator, setup), loop, clock));
  record.command = environment.command;
  record.requests = sum_requests(communicator, job.tools.network->backend().use());
  record.remarks = remarks_of(job);
  if (!loop.remark.empty()) record.remarks.push_back(loop.remark);
  return record;
}

std::vector<std::filesystem::path> run_logged(const Environment& environment, const Options& given,
                                              RunLog& log) {
  const Communicator& communicator = environment.communicator;
  const std::string start_time = timestamp();

  // The output is this run's from here on, whatever else is started.
  const ClaimedOutput claimed(communicator, environment.interrupts, given);
  Options options = given;
  options.output.output = claimed.path();
  options.model.n_ranks = communicator.size();

  // All that can be refused is refused before the first image.
  PhaseClock clock;
  RankSetup setup;
  std::optional<Job> job;
  clock.time(Phase::prepare, [&] {
    setup = set_up_rank(communicator, options.model);
    log.ranks(describe_rank(communicator, setup));
    job.emplace(prepare_on_all_ranks(communicator, options, setup.device));
  });

  // What every image is compared with, Eqs. (7) and (8).
  const Gallery gallery = build_gallery(communicator, *job, clock);
  const Thresholds thresholds = build_thresholds(communicator, *job, clock);
  for (std::string& remark : describe_thresholds(thresholds))
    job->spec.remarks.push_back(std::move(remark));

  // What earlier attempts have done is not done again.
  Restored restored = clock.time(Phase::prepare, [&] { return restore(communicator, *job); });
  restored.plan.claim = claimed.claim();
  log_start(communicator, *job, restored);
  const std::int64_t n_restored = restored.n_restored;
  const std::filesystem::path folder = restored.plan.folder;

  // The images.
  ImageWorker worker(*job, gallery, thresholds, clock);
  LoopResult loop =
      run_work_loop(environment, *job, worker, std::move(restored), clock, log.events());

  // The sums and tables of all ranks, on the root.
  log.collect_warnings();
  clock.time(Phase::reduce, [&] { sum_to_root(communicator, loop.state.sums); });
  const std::vector<CisPart> parts = gather_parts(communicator, loop.cis_parts);
  if (communicator.is_root() && infers_from_maps(job->spec))
    log_info("the images are done; intervals and tests of differences follow");
  RunRecord record = collect_record(environment, *job, setup, loop, parts, clock);
  record.start_time = start_time;
  record.n_restored = n_restored;
  const std::vector<ImageOutcome> examples =
      collect_examples(communicator, loop.state.examples, record.rows);

  std::vector<std::filesystem::path> files;
  agree(communicator, [&] {
    if (!communicator.is_root()) return;
    require_lock(claimed.claim());
    write_on_root(*job, loop.state.sums, std::move(record), examples, parts, folder, log);
    files = draw_on_root(environment, options.output.output);
  });
  return files;
}

}  // namespace

void configure_process() { configure_compute(); }

std::vector<std::filesystem::path> run_job(const Environment& environment, const Options& options) {
  RunLog log(environment.communicator, options.output);
  log.start(environment.command);
  try {
    std::vector<std::filesystem::path> files = run_logged(environment, options, log);
    log.end("done", "", files);
    return files;
  } catch (const Stopped& stopped) {
    log.end("stopped", stopped.what(), {});
    throw;
  } catch (const std::exception& error) {
    log.end("failed", error.what(), {});
    throw;
  }
}

}  // namespace csm
