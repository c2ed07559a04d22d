#include "csm/pipeline/work_loop.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "csm/cluster/agreement.h"
#include "csm/cluster/work_queue.h"
#include "csm/core/log.h"
#include "csm/pipeline/image_loader.h"
#include "csm/pipeline/image_loop.h"
#include "csm/report/progress.h"

namespace csm {
namespace {

/// Deletes what a rank that fails leaves, unless there is a checkpoint to go on from.
void drop_useless_files(const std::filesystem::path& folder, const CheckpointPlan& plan, bool has_saved) {
  std::error_code ignored;
  if (has_saved || !plan.superseded.empty()) return;
  std::filesystem::remove(folder / (std::to_string(plan.attempt) + "-" + std::to_string(plan.rank) + ".cis"), ignored);
  std::filesystem::remove(folder, ignored);  // where it is empty
}

/// Saves for the signal's thread, which has nobody to catch its errors.
void save_for_signal(ShardKeeper& keeper) {
  try {
    keeper.save();
  } catch (const std::exception& error) {
    log_warning(error.what());
  }
}

std::chrono::seconds interval_of(const Job& job) { return std::chrono::seconds(job.options.run.checkpoint_interval); }

}  // namespace

LoopResult run_work_loop(const Communicator& communicator, SignalWatch& signals, const Job& job, ImageWorker& worker,
                         Restored restored, PhaseClock& clock, EventLog& events) {
  const auto n_images = static_cast<std::int64_t>(job.order.size());
  const int n_ahead = images_ahead(job.options.run.prefetch, job.network->device());
  const CheckpointPlan plan = restored.plan;
  std::unique_ptr<Progress> progress;
  if (communicator.is_root()) {
    progress = std::make_unique<Progress>(default_progress_style(job.options.output.quiet), n_images, events);
  }
  ProgressCount count = restored.state.count();
  const std::int64_t n_before = count.n_done;
  std::optional<ShardKeeper> keeper;
  try {
    keeper.emplace(plan, std::move(restored.state), interval_of(job),
                   job.options.output.save_cis ? std::optional(job.fitter->canonical().size) : std::nullopt);
    keeper->on_save([&](const std::filesystem::path& file, double seconds) {
      events.write("checkpoint", {{"rank", plan.rank}, {"file", file.string()}, {"seconds", seconds}});
    });
    WorkQueue queue(communicator, static_cast<std::int64_t>(restored.remaining.size()),
                    job.options.run.schedule == Schedule::dynamic ? Handout::guided : Handout::round_robin,
                    [&](ProgressCount all) { progress->update(all.n_done, all.n_failed); });
    const SignalWatch::Scope scope(signals,
                                   {.save = [&] { save_for_signal(*keeper); }, .stop = [&] { queue.request_stop(); }});
    const auto position_of = [&](std::optional<std::int64_t> item) {
      return item ? std::optional(restored.remaining[static_cast<std::size_t>(*item)]) : std::nullopt;
    };
    PhaseClock loader_clock;
    {
      ImageLoader loader(n_ahead,
                         {.next = [&] { return position_of(queue.next()); },
                          .may_run_ahead = [&] { return queue.has_plenty(n_ahead); },
                          .load = [&](std::int64_t position) { return load_image(job, position, loader_clock); }});
      // What is loaded when somebody wants to stop is not begun.
      const auto next = [&] { return queue.is_stopping() ? std::nullopt : loader.take(clock); };
      run_image_loop(job, worker, next, [&](const ImageOutcome& outcome) {
        clock.time(Phase::keep, [&] { keeper->add(outcome); });
        count.n_done += 1;
        count.n_failed += outcome.cis ? 0 : 1;
        keeper->save_if_due();
        queue.report(count);
      });
    }
    clock.add(loader_clock);
    // Before waiting for the others: whatever happens to them or to this rank meanwhile, its images are safe.
    keeper->save_if_worth();
    clock.time(Phase::wait, [&] { queue.finish(count); });
    if (progress) progress->finish();
  } catch (const std::exception& error) {
    drop_useless_files(plan.folder, plan, keeper && keeper->has_saved());
    throw LocalFailure(std::string(error.what()));
  }
  const std::int64_t n_done = communicator.all_sum(count.n_done);
  if (n_done < n_images) {
    agree(communicator, [&] { keeper->save(); });
    throw Stopped({std::to_string(n_done) + " of " + std::to_string(n_images) + " images are done and saved in '" +
                       plan.folder.string() + "'",
                   "", "Run the same command again to go on."});
  }
  clock.add(Phase::checkpoint, keeper->save_seconds());
  std::vector<CisPart> cis_parts;
  agree(communicator, [&] { cis_parts = keeper->cis_parts(); });
  return {.state = std::move(keeper->state()), .cis_parts = std::move(cis_parts), .n_images = count.n_done - n_before};
}

}  // namespace csm
