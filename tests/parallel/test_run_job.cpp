#include <gmock/gmock.h>

#include <filesystem>
#include <optional>
#include <string>

#include "csm/core/error.h"
#include "csm/run/run.h"
#include "support/message_of.h"
#include "support/on_ranks.h"
#include "support/result_contents.h"
#include "support/run_small_job.h"

namespace csm {
namespace {

using test::on_ranks;
using test::run_rank;
using test::SmallJob;
using testing::HasSubstr;
using testing::IsEmpty;

/// A job that the root makes and all ranks see. @note Collective.
class RankJob {
 public:
  RankJob(const Communicator& world, int n_images) : world_(world) {
    if (world.is_root()) own_.emplace(n_images);
    view_.emplace(world.broadcast(own_ ? own_->folder().string() : ""));
  }
  ~RankJob() = default;
  RankJob(const RankJob&) = delete;
  RankJob& operator=(const RankJob&) = delete;

  const SmallJob& get() const { return *view_; }

  /// A run on all ranks. @note Collective.
  void run(const std::string& name, const test::RunSettings& settings = {}) const {
    std::atomic<std::int64_t> n_kept = 0;  // of this rank
    run_rank(world_, *view_, name, settings, n_kept);
  }

  /// Whether a run has given the bytes that the root alone gives; true on the other ranks.
  bool is_as_alone(const std::string& name) const {
    if (!world_.is_root()) return true;
    std::atomic<std::int64_t> n_kept = 0;
    if (!std::filesystem::exists(view_->output("alone")))
      run_rank(Communicator::single(), *view_, "alone", {}, n_kept);
    return test::differing_paths(view_->output("alone"), view_->output(name)).empty();
  }

 private:
  const Communicator& world_;
  std::optional<SmallJob> own_;
  std::optional<SmallJob> view_;
};

TEST(RunJobOnRanks, gives_the_bytes_of_one_rank_by_either_schedule) {
  on_ranks([](const Communicator& world) {
    const RankJob job(world, 12);
    for (const std::string schedule : {"dynamic", "static"}) {
      job.run(schedule, {.more = {"--schedule", schedule}});
      EXPECT_TRUE(job.is_as_alone(schedule)) << schedule;
    }
  });
}

TEST(RunJobOnRanks, stopped_by_its_last_rank_goes_on_to_the_same_bytes) {
  on_ranks([](const Communicator& world) {
    const RankJob job(world, 24);
    // Dealt beforehand, so that the last rank has images and is not done with them.
    const bool is_last = world.rank() == world.size() - 1;
    const auto stopped = [&] {
      job.run("stopped", {.more = {"--schedule", "static"},
                          .stop_after = is_last ? std::optional<std::int64_t>(1) : std::nullopt});
    };
    EXPECT_THAT(test::message_of<Stopped>(stopped), HasSubstr("of 24 images are done and saved"));
    EXPECT_FALSE(std::filesystem::exists(job.get().output("stopped")));
    job.run("stopped");
    EXPECT_TRUE(job.is_as_alone("stopped"));
  });
}

TEST(RunJobOnRanks, fails_on_all_ranks_with_the_message_of_the_one_that_met_the_fault) {
  on_ranks([](const Communicator& world) {
    const RankJob job(world, 3);
    if (world.is_root()) std::filesystem::remove(job.get().folder() / "canonical.npy");
    world.barrier();
    EXPECT_THAT(test::message_of<InputError>([&] { job.run("none"); }), HasSubstr("canonical.npy"));
  });
}

}  // namespace
}  // namespace csm
