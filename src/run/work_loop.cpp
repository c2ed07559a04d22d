#include "work_loop.h"

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "csm/cluster/agreement.h"
#include "csm/cluster/work_queue.h"
#include "csm/core/log.h"
#include "csm/measure/image_loader.h"
#include "csm/measure/image_loop.h"
#include "csm/model/backend.h"
#include "csm/model/device_error.h"
#include "csm/report/progress.h"
#include "csm/run/run.h"
#include "infer_from_maps.h"
#include "stop_rule.h"

namespace csm {
namespace {

/// Deletes what a rank that fails leaves, unless there is a checkpoint to go on from.
void drop_useless_files(const CheckpointPlan& plan, bool has_saved) {
  std::error_code ignored;
  if (has_saved || !plan.superseded.empty()) return;
  std::filesystem::remove(
      plan.folder / (std::to_string(plan.attempt) + "-" + std::to_string(plan.rank) + ".cis"),
      ignored);
  std::filesystem::remove(plan.folder, ignored);  // where it is empty
}

/// Saves for the thread that interrupts, which has nobody to catch its errors.
void save_for_interrupt(ShardKeeper& keeper) {
  try {
    keeper.save();
  } catch (const std::exception& error) {
    log_warning(error.what());
  }
}

std::chrono::seconds interval_of(const Job& job) {
  return std::chrono::seconds(job.spec.options.run.checkpoint_interval);
}

/// In which form the map of each image is kept; none if nothing needs it.
std::optional<KeptMaps> kept_maps_of(const Job& job) {
  if (job.spec.options.output.save_cis)
    return KeptMaps{.size = job.tools.fitter->canonical().size, .coarse = std::nullopt};
  if (!infers_from_maps(job.spec)) return std::nullopt;
  KeptMaps kept{.size = 0, .coarse = make_coarse_grid(job)};
  kept.size = kept.coarse->side();
  return kept;
}

/// The sum of the ranks' counts. @note Collective.
ProgressCount count_of_all(const Communicator& communicator, ProgressCount own) {
  return {communicator.all_sum(own.n_done), communicator.all_sum(own.n_failed)};
}

/// One rank in the loop over the images.
class WorkLoop {
 public:
  WorkLoop(const Environment& environment, const Job& job, ImageWorker& worker, Restored restored,
           PhaseClock& clock, EventLog& events);

  void save() { save_for_interrupt(*keeper_); }
  void stop() { stop_.request_stop(); }

  /// Works until no image is left or the map is good enough. Returns why the run ended before its
  /// last image, or nothing. @note Collective. Errors: LocalFailure; Stopped and RunError on all
  /// ranks.
  std::string run();

  /// @param remark why the run ended before its last image
  LoopResult finish(std::string remark);

 private:
  std::int64_t n_images() const { return std::ssize(job_.spec.order); }

  /// Works on what is left of the first n images.
  void work_until(std::int64_t n);

  /// Why the run ends with the first n images; none if it goes on.
  std::optional<std::string> reason_to_stop(std::int64_t n, std::int64_t next);

  ErrorText describe_lost_device(const DeviceLost& error) const;

  /// One step. Returns what this rank did in it.
  ProgressCount work_on(std::span<const std::int64_t> positions);

  const Environment& environment_;
  const Communicator& communicator_;
  const Job& job_;
  ImageWorker& worker_;
  PhaseClock& clock_;
  EventLog& events_;
  const CheckpointPlan plan_;
  const std::vector<std::int64_t> remaining_;
  std::size_t n_taken_ = 0;  ///< of the remaining ones, by all ranks
  const std::chrono::steady_clock::time_point start_;
  std::unique_ptr<Progress> progress_;  ///< of the root
  ProgressCount count_;                 ///< of all ranks, before the step at work
  std::int64_t n_worked_on_ = 0;        ///< images of this rank in this attempt
  std::optional<ShardKeeper> keeper_;
  std::stop_source stop_;
};

WorkLoop::WorkLoop(const Environment& environment, const Job& job, ImageWorker& worker,
                   Restored restored, PhaseClock& clock, EventLog& events)
    : environment_(environment),
      communicator_(environment.communicator),
      job_(job),
      worker_(worker),
      clock_(clock),
      events_(events),
      plan_(std::move(restored.plan)),
      remaining_(std::move(restored.remaining)),
      start_(environment.now()),
      count_(count_of_all(communicator_, restored.state.count())) {
  if (communicator_.is_root())
    progress_ = std::make_unique<Progress>(default_progress_style(job.spec.options.output.quiet),
                                           n_images(), count_.n_done, events);
  try {
    keeper_.emplace(plan_, std::move(restored.state), interval_of(job), kept_maps_of(job));
  } catch (const std::exception& error) {
    drop_useless_files(plan_, false);
    throw LocalFailure(std::string(error.what()));
  }
  keeper_->on_save([this](const std::filesystem::path& file, double seconds) {
    events_.write("checkpoint",
                  {{"rank", plan_.rank}, {"file", file.string()}, {"seconds", seconds}});
  });
}

ProgressCount WorkLoop::work_on(std::span<const std::int64_t> positions) {
  WorkQueue queue(
      communicator_, std::ssize(positions),
      job_.spec.options.run.schedule == Schedule::dynamic ? Handout::guided : Handout::round_robin,
      [&](ProgressCount step) {
        const ProgressCount all = count_ + step;
        progress_->update(all.n_done, all.n_failed);
      });
  ProgressCount own;
  // A stop between two steps is kept for the next one.
  const std::stop_callback receiver(stop_.get_token(), [&] { queue.request_stop(); });

  // The next images are loaded while one is worked on.
  const int n_ahead = images_ahead(job_.spec.options.run.prefetch, job_.tools.network->device());
  const auto position_of = [&](std::optional<std::int64_t> item) {
    return item ? std::optional(positions[*item]) : std::nullopt;
  };
  PhaseClock loader_clock;
  {
    ImageLoader loader(
        n_ahead,
        {.next = [&] { return position_of(queue.next()); },
         .may_run_ahead = [&] { return queue.has_plenty(n_ahead); },
         .load = [&](std::int64_t position) { return load_image(job_, position, loader_clock); }});

    // What is loaded when somebody wants to stop is not begun.
    const auto next = [&] { return queue.is_stopping() ? std::nullopt : loader.take(clock_); };
    const auto keep = [&](const ImageOutcome& outcome) {
      clock_.time(Phase::keep, [&] { keeper_->add(outcome); });
      own.n_done += 1;
      own.n_failed += outcome.cis ? 0 : 1;
      keeper_->save_if_due();
      queue.report(own);
      if (environment_.after_image) environment_.after_image(outcome.row);
    };
    try {
      run_image_loop(job_, worker_, next, keep);
    } catch (const BudgetSpent& spent) {
      log_warning(spent.what());
      stop();
    }
  }
  clock_.add(loader_clock);

  // Before waiting for the others: whatever happens to them or to this rank meanwhile, its images
  // are safe.
  keeper_->save_if_worth();
  clock_.time(Phase::wait, [&] { queue.finish(own); });
  return own;
}

ErrorText WorkLoop::describe_lost_device(const DeviceLost& error) const {
  const bool is_saved = keeper_->has_saved() || !plan_.superseded.empty();
  return {"the device " + to_string(error.device()) + " of " + communicator_.host() +
              " does not answer any more",
          error.reason(),
          is_saved ? "The finished images are saved in '" + plan_.folder.string() +
                         "': run the same command again to go on."
                   : "Run the same command again."};
}

void WorkLoop::work_until(std::int64_t n) {
  const std::size_t first = n_taken_;
  while (n_taken_ < remaining_.size() && remaining_[n_taken_] < n) ++n_taken_;

  // An error of this rank alone: what it has done is saved if the device or the model failed.
  ProgressCount own;
  try {
    own = work_on(std::span(remaining_).subspan(first, n_taken_ - first));
  } catch (const DeviceLost& error) {
    // What this rank has done was computed before, and is on the host.
    save_for_interrupt(*keeper_);
    drop_useless_files(plan_, keeper_->has_saved());
    throw LocalFailure(describe_lost_device(error));
  } catch (const ServiceError& error) {
    // What this rank has done was computed before the model failed.
    save_for_interrupt(*keeper_);
    drop_useless_files(plan_, keeper_->has_saved());
    throw LocalFailure(std::string(error.what()));
  } catch (const std::exception& error) {
    drop_useless_files(plan_, keeper_->has_saved());
    throw LocalFailure(std::string(error.what()));
  }

  // All ranks count; fewer images than wanted means that the run was interrupted.
  n_worked_on_ += own.n_done;
  count_ = count_ + count_of_all(communicator_, own);
  if (count_.n_done == n) return;
  if (progress_) progress_->finish();
  agree(communicator_, [&] { keeper_->save(); });
  throw Stopped({std::to_string(count_.n_done) + " of " + std::to_string(n_images()) +
                     " images are done and saved in '" + plan_.folder.string() + "'",
                 "", "Run the same command again to go on."});
}

std::optional<std::string> WorkLoop::reason_to_stop(std::int64_t n, std::int64_t next) {
  const MapQuality quality = clock_.time(
      Phase::reduce, [&] { return measure_quality(communicator_, keeper_->state().sums); });
  // The clocks of the ranks differ: the root's decides.
  std::string reason;
  if (communicator_.is_root()) {
    const std::chrono::duration<double> elapsed = environment_.now() - start_;
    reason =
        csm::reason_to_stop(job_.spec.options.stop, {.quality = quality,
                                                     .n_done = static_cast<std::int64_t>(n_taken_),
                                                     .n_next = next - n,
                                                     .elapsed_seconds = elapsed.count()})
            .value_or("");
    events_.write("decision", {{"n_images", n},
                               {"n_in_map", quality.n_images},
                               {"standard_error", quality.standard_error},
                               {"agreement", quality.agreement},
                               {"stops", std::string(reason.empty() ? "no" : "yes")}});
  }
  reason = communicator_.broadcast(reason);
  return reason.empty() ? std::nullopt : std::optional(reason);
}

std::string WorkLoop::run() {
  std::vector<std::int64_t> counts = {n_images()};
  if (may_stop(job_.spec.options.stop)) counts = decision_counts(n_images());
  // Decisions that an earlier attempt made were to go on.
  const std::int64_t n_decided = n_begun(remaining_, n_images());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] < n_decided) continue;
    work_until(counts[i]);
    if (i + 1 == counts.size()) break;
    if (const auto reason = reason_to_stop(counts[i], counts[i + 1])) {
      return "The run ended with the first " + std::to_string(counts[i]) + " of " +
             std::to_string(n_images()) + " images: " + *reason + ".";
    }
  }
  return "";
}

LoopResult WorkLoop::finish(std::string remark) {
  if (progress_) progress_->finish();
  clock_.add(Phase::checkpoint, keeper_->save_seconds());
  std::vector<CisPart> cis_parts;
  agree(communicator_, [&] { cis_parts = keeper_->cis_parts(); });
  return {.state = std::move(keeper_->state()),
          .cis_parts = std::move(cis_parts),
          .n_images = n_worked_on_,
          .remark = std::move(remark)};
}

}  // namespace

LoopResult run_work_loop(const Environment& environment, const Job& job, ImageWorker& worker,
                         Restored restored, PhaseClock& clock, EventLog& events) {
  const auto start = std::chrono::steady_clock::now();
  const double waited_before = clock.seconds(Phase::wait);
  WorkLoop loop(environment, job, worker, std::move(restored), clock, events);
  std::string remark;
  {
    // An interrupt must not save the state once it is passed on.
    const auto save = [&, listener = current_warning_listener()] {
      const WarningScope warnings(listener);
      loop.save();
    };
    const Interrupts::Scope scope(environment.interrupts,
                                  {.save = save, .stop = [&] { loop.stop(); }});
    remark = loop.run();
  }
  LoopResult result = loop.finish(std::move(remark));
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  result.wait_seconds = clock.seconds(Phase::wait) - waited_before;
  return result;
}

}  // namespace csm
