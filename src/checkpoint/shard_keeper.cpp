#include "csm/checkpoint/shard_keeper.h"

#include <limits>
#include <string>
#include <system_error>
#include <utility>

#include "csm/core/bytes.h"
#include "csm/core/error.h"
#include "csm/core/log.h"

namespace csm {

Grid<float> KeptMaps::form_of(const CisMap& cis) const {
  Grid<float> map = cis.values;
  for (std::int64_t q = 0; q < map.size(); ++q) {
    if (cis.count[q] == 0) map[q] = std::numeric_limits<float>::quiet_NaN();
  }
  return coarse ? coarse->coarsen(map) : map;
}

ShardKeeper::ShardKeeper(CheckpointPlan plan, ShardState state, std::chrono::seconds interval,
                         std::optional<KeptMaps> kept_maps)
    : plan_(std::move(plan)),
      state_(std::move(state)),
      interval_(interval),
      kept_maps_(std::move(kept_maps)) {
  if (kept_maps_) {
    const std::string name =
        std::to_string(plan_.attempt) + "-" + std::to_string(plan_.rank) + ".cis";
    part_file_.emplace(plan_.folder / name, kept_maps_->size);
  }
}

void ShardKeeper::add(const ImageOutcome& outcome) {
  const std::lock_guard lock(mutex_);
  if (part_file_ && outcome.cis)
    part_file_->append(outcome.row.order, kept_maps_->form_of(*outcome.cis));
  add_outcome(state_, outcome);
  has_news_ = has_news_ || outcome.cis.has_value();
}

void ShardKeeper::save_if_due() {
  if (std::chrono::steady_clock::now() - last_save_ < interval_) return;
  try {
    save();
  } catch (const RunError& error) {
    log_warning(std::string(error.what()) + " The run goes on and tries again later.");
    last_save_ = std::chrono::steady_clock::now();
  }
}

void ShardKeeper::save_if_worth() {
  if (std::chrono::steady_clock::now() - last_save_ < interval_ / 10) return;
  try {
    save();
  } catch (const RunError& error) {
    log_warning(error.what());
  }
}

void ShardKeeper::save() {
  const std::lock_guard lock(mutex_);
  if (has_news_) write_locked();
}

void ShardKeeper::write_locked() {
  const auto start = std::chrono::steady_clock::now();
  if (!plan_.claim.path.empty()) require_lock(plan_.claim);
  std::vector<CisPart> parts = state_.cis_parts;
  if (part_file_) parts.push_back(part_file_->sync());
  const std::filesystem::path path =
      checkpoint_path(plan_.folder, {plan_.attempt, plan_.rank, generation_ + 1});
  CheckpointWriter writer(path);
  ByteWriter identity;
  identity.put(pack_identity(plan_.identity));
  writer.put(identity.bytes());
  pack_shard(state_, parts, [&](std::string_view bytes) { writer.put(bytes); });
  writer.commit();
  generation_ += 1;
  has_news_ = false;
  remove_old_locked();
  last_save_ = std::chrono::steady_clock::now();
  const double seconds = std::chrono::duration<double>(last_save_ - start).count();
  save_seconds_ += seconds;
  if (report_save_) report_save_(path, seconds);
}

void ShardKeeper::remove_old_locked() const {
  // Two generations stay, so that one damaged file costs one interval. What this rank took over
  // from an earlier attempt counts as the generation before its first.
  std::error_code ignored;
  if (generation_ > 2) {
    std::filesystem::remove(
        checkpoint_path(plan_.folder, {plan_.attempt, plan_.rank, generation_ - 2}), ignored);
  }
  if (generation_ != 2) return;
  for (const CheckpointName& name : plan_.superseded) {
    std::filesystem::remove(checkpoint_path(plan_.folder, name), ignored);
  }
}

std::vector<CisPart> ShardKeeper::cis_parts() {
  const std::lock_guard lock(mutex_);
  std::vector<CisPart> parts = state_.cis_parts;
  if (part_file_) parts.push_back(part_file_->sync());
  return parts;
}

}  // namespace csm
