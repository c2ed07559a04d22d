#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "csm/checkpoint/job_identity.h"
#include "csm/checkpoint/shard_state.h"
#include "csm/inference/coarse_grid.h"
#include "csm/store/checkpoint_file.h"
#include "csm/store/cis_part_file.h"
#include "csm/store/output_lock.h"

namespace csm {

/// In which folder and as what a rank keeps its checkpoints.
struct CheckpointPlan {
  std::filesystem::path folder;
  JobIdentity identity;
  std::int64_t attempt = 1;
  std::int64_t rank = 0;
  std::vector<CheckpointName>
      superseded;   ///< earlier attempts' checkpoints that the state was made of
  LockClaim claim;  ///< of the run's output; without a path: none
};

/// In which form the map of every image is kept: whole (S x S), or coarse for tests alone (T x T).
struct KeptMaps {
  int size = 0;  ///< S or T
  std::optional<CoarseGrid> coarse;

  /// The map as it is kept; NaN where the image has no value.
  Grid<float> form_of(const CisMap& cis) const;
};

/// Holds the state of a rank while images are added, and writes it to the disk: now and then, when
/// a signal comes, at the end. The signal's thread may save while the main thread computes; adding
/// and saving exclude each other, so a checkpoint holds whole images only.
class ShardKeeper {
 public:
  /// @param kept_maps also keeps the map of every image, in a part file beside the checkpoints
  /// Errors: RunError if that file cannot be made.
  ShardKeeper(CheckpointPlan plan, ShardState state, std::chrono::seconds interval,
              std::optional<KeptMaps> kept_maps);

  /// Calls `report` after each checkpoint with its file and how long it took [s], from whichever
  /// thread saves.
  void on_save(std::function<void(const std::filesystem::path&, double)> report) {
    report_save_ = std::move(report);
  }

  /// Adds an image. Errors: RunError if a sum overflows or its map cannot be written.
  void add(const ImageOutcome& outcome);

  /// Saves if the interval has passed since the last time. A checkpoint that cannot be written
  /// is a warning: the older ones stay, and the next interval tries again. Errors, here and below:
  /// LostLock if another run has taken the output, so that nothing of this one gets among its
  /// files.
  void save_if_due();

  /// Saves whatever is new. From any thread. Errors: RunError if it cannot be written.
  void save();

  /// As save(), if what is new took at least a tenth of the interval: less is not worth the
  /// writing.
  void save_if_worth();

  bool has_saved() const { return generation_ > 0; }
  double save_seconds() const { return save_seconds_; }

  /// The part files of the state, this rank's own last. Errors: RunError.
  std::vector<CisPart> cis_parts();

  /// The state, once nothing is added or saved any more.
  ShardState& state() { return state_; }

 private:
  void write_locked();
  void remove_old_locked() const;

  CheckpointPlan plan_;
  ShardState state_;
  std::chrono::seconds interval_;
  std::optional<KeptMaps> kept_maps_;
  std::optional<CisPartFile> part_file_;
  std::mutex mutex_;
  bool has_news_ = false;
  std::int64_t generation_ = 0;
  std::chrono::steady_clock::time_point last_save_ = std::chrono::steady_clock::now();
  double save_seconds_ = 0;
  std::function<void(const std::filesystem::path&, double)> report_save_;
};

}  // namespace csm
