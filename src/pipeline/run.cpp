#include "csm/pipeline/run.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "csm/cluster/agreement.h"
#include "csm/cluster/cores.h"
#include "csm/core/log.h"
#include "csm/pipeline/build_references.h"
#include "csm/pipeline/finish.h"
#include "csm/pipeline/image_loop.h"
#include "csm/pipeline/rank_setup.h"
#include "csm/pipeline/row_bytes.h"
#include "csm/report/pictures.h"
#include "csm/report/progress.h"

namespace csm {
namespace {

constexpr std::size_t most_failures_named = 20;

std::filesystem::path part_path(const std::filesystem::path& output, int rank) {
  return output.string() + ".cis." + std::to_string(rank) + ".partial";
}

/// Deletes the part files of all ranks, once none writes any more: a run that failed leaves nothing beside the result.
void remove_parts(const std::filesystem::path& output, int n_ranks) {
  std::error_code ignored;
  for (int rank = 0; rank < n_ranks; ++rank) std::filesystem::remove(part_path(output, rank), ignored);
}

/// The images of this rank. Errors: LocalFailure.
LoopResult run_loop(const Communicator& communicator, const Job& job, ImageWorker& worker, PhaseClock& clock) {
  std::unique_ptr<Progress> progress;
  if (communicator.is_root()) {
    progress = std::make_unique<Progress>(default_progress_style(job.options.output.quiet),
                                          static_cast<std::int64_t>(job.order.size()));
  }
  ProgressChannel channel(communicator, [&](ProgressCount count) { progress->update(count.n_done, count.n_failed); });
  try {
    std::optional<CisPartFile> part_file;
    if (job.options.output.save_cis) {
      part_file.emplace(part_path(job.options.output.output, communicator.rank()), job.fitter->canonical().size);
    }
    LoopResult result =
        run_image_loop(job, worker, {.rank = communicator.rank(), .n_ranks = communicator.size()},
                       part_file ? &*part_file : nullptr, clock, [&](ProgressCount count) { channel.report(count); });
    if (part_file) clock.time(Phase::save_cis, [&] { part_file->close(); });
    channel.finish(result.count);
    if (progress) progress->finish();
    return result;
  } catch (const std::exception& error) {
    // Only this rank's file: the others still write theirs, and would fail with words of their own.
    std::error_code ignored;
    if (job.options.output.save_cis) {
      std::filesystem::remove(part_path(job.options.output.output, communicator.rank()), ignored);
    }
    throw LocalFailure(std::string(error.what()));
  }
}

void name_failures(const std::vector<ImageRow>& rows) {
  std::size_t n_named = 0;
  for (const ImageRow& row : rows) {
    if (row.status == "ok") continue;
    if (n_named++ < most_failures_named) log_warning("'" + row.id + "' is left out: " + row.detail);
  }
  if (n_named > most_failures_named) {
    log_warning(std::to_string(n_named - most_failures_named) + " more images are left out, /entry/images names them");
  }
}

std::vector<std::string> thresholds_in_words(const Thresholds& thresholds) {
  std::vector<std::string> words;
  for (const auto& [fold, threshold] : thresholds.of_fold) {
    words.push_back("Fold '" + fold + "': the threshold of Eq. (8) is " + std::to_string(threshold) + " (cosine).");
  }
  if (!words.empty())
    words.push_back("Share of the clean pairs decided rightly: " + std::to_string(thresholds.accuracy) + ".");
  return words;
}

/// Gathers the tables of all ranks on the root.
RunRecord gather_record(const Communicator& communicator, const std::vector<ImageRow>& rows, const RankRow& rank_row) {
  RunRecord record;
  for (const std::string& bytes : communicator.gather(pack_rows(rows))) unpack_rows(bytes, record.rows);
  for (const std::string& bytes : communicator.gather(pack_rank(rank_row))) record.ranks.push_back(unpack_rank(bytes));
  return record;
}

std::vector<std::filesystem::path> write_all(const Job& job, const Result& result,
                                             const std::vector<ImageOutcome>& outcomes, int n_ranks) {
  const std::filesystem::path& output = job.options.output.output;
  std::vector<std::filesystem::path> parts;
  for (int rank = 0; job.options.output.save_cis && rank < n_ranks; ++rank) parts.push_back(part_path(output, rank));
  write_result(output, result, parts);
  const ColourScale scale = choose_colour_scale(result.cms.mean, result.cms.count);
  std::vector<ExampleImage> examples;
  for (const ImageOutcome& outcome : outcomes) {
    examples.push_back(to_example(outcome, result.cms, result.canonical, job.options.occlusion.patch_size, scale));
  }
  std::filesystem::path stem = output;
  stem.replace_extension();
  std::vector<std::filesystem::path> files = write_report(stem, result, examples);
  files.insert(files.begin(), output);
  return files;
}

}  // namespace

std::vector<std::filesystem::path> run_job(const Communicator& communicator, const Options& options,
                                           const std::string& command) {
  const std::string start_time = timestamp();
  PhaseClock clock;
  RankSetup setup;
  std::optional<Job> job;
  clock.time(Phase::prepare, [&] {
    agree(communicator, [&] {
      if (communicator.is_root()) check_output_path(options.output.output, options.output.overwrite);
    });
    agree(communicator, [&] {
      setup = set_up_rank(communicator, options.model);
      job.emplace(prepare_job(options, setup.device));
    });
  });
  const Gallery gallery = build_gallery(communicator, *job, clock);
  const Thresholds thresholds = build_thresholds(communicator, *job, clock);
  for (std::string& words : thresholds_in_words(thresholds)) job->remarks.push_back(std::move(words));
  if (communicator.is_root()) {
    log_info(std::to_string(job->order.size()) + " images on " + std::to_string(communicator.size()) + " ranks, " +
             std::to_string(setup.n_threads) + " threads each, " + to_string(setup.device) + ", batches of " +
             std::to_string(job->engine->batch_size()));
    for (const std::string& remark : job->remarks) log_info(remark);
  }

  ImageWorker worker(*job, gallery, thresholds, clock);
  LoopResult loop = run_loop(communicator, *job, worker, clock);
  clock.time(Phase::reduce, [&] { sum_to_root(communicator, loop.sums); });

  const RankRow rank_row{.rank = communicator.rank(),
                         .host = communicator.host(),
                         .device = to_string(setup.device),
                         .n_threads = setup.n_threads,
                         .n_images = loop.count.n_done,
                         .seconds_of_phase = clock.table()};
  RunRecord record = gather_record(communicator, loop.rows, rank_row);
  record.command = command;
  record.start_time = start_time;
  record.remarks = job->remarks;
  const std::vector<ImageOutcome> outcomes = loop.examples.collect(communicator, record.rows);

  std::vector<std::filesystem::path> files;
  agree(communicator, [&] {
    if (!communicator.is_root()) return;
    std::sort(record.rows.begin(), record.rows.end(),
              [](const ImageRow& a, const ImageRow& b) { return a.order < b.order; });
    name_failures(record.rows);
    try {
      const Result result = make_result(*job, loop.sums, std::move(record));
      files = write_all(*job, result, outcomes, communicator.size());
      if (!options.output.quiet) log_info("\n" + summary_table(result));
    } catch (...) {
      if (options.output.save_cis) remove_parts(options.output.output, communicator.size());
      throw;
    }
  });
  return files;
}

}  // namespace csm
