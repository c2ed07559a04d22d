#include "csm/checkpoint/restore.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "csm/cluster/agreement.h"
#include "csm/core/bytes.h"
#include "csm/core/error.h"
#include "csm/core/log.h"
#include "csm/core/text.h"

namespace csm {
namespace {

/// A checkpoint that could be read, and the images in it.
struct Candidate {
  CheckpointName name;
  std::vector<std::int64_t> positions;
};

/// A checkpoint's bytes after the identity of its job. Errors: DamagedCheckpoint; InputError for
/// another job.
std::string read_shard(const std::filesystem::path& path, const JobIdentity& identity) {
  std::string bytes = read_checkpoint(path);
  ByteReader reader(bytes);
  std::string other;
  reader.get(other);
  const std::vector<std::string> differing = describe_differences(identity, unpack_identity(other));
  if (!differing.empty()) {
    throw InputError({"the checkpoint '" + path.string() + "' belongs to another job",
                      join(differing, "; "),
                      "Use the options of that job, discard it with --restart never, or give "
                      "another --output."});
  }
  return bytes.substr(sizeof(std::uint64_t) + other.size());
}

/// The newest whole file of one rank of one attempt. Errors: InputError for another job.
std::optional<Candidate> newest_whole(const std::filesystem::path& folder,
                                      const std::vector<CheckpointName>& files,
                                      const JobIdentity& identity, std::int64_t n_images) {
  for (auto name = files.rbegin(); name != files.rend(); ++name) {
    const std::filesystem::path path = checkpoint_path(folder, *name);
    try {
      Candidate candidate{*name, positions_in(read_shard(path, identity))};
      for (const std::int64_t position : candidate.positions)
        CSM_EXPECT(position >= 0 && position < n_images);
      return candidate;
    } catch (const DamagedCheckpoint& damage) {
      log_warning("the checkpoint '" + path.string() + "' is not used: " + damage.what() +
                  (name + 1 == files.rend() ? ". What it held is done again."
                                            : ". The one before it is used."));
    }
  }
  return std::nullopt;
}

/// The files of each rank of each attempt, ascending.
std::vector<std::vector<CheckpointName>> group_by_writer(const std::vector<CheckpointName>& names) {
  std::vector<std::vector<CheckpointName>> writers;
  for (const CheckpointName& name : names) {
    if (writers.empty() || writers.back().back().attempt != name.attempt ||
        writers.back().back().rank != name.rank) {
      writers.emplace_back();
    }
    writers.back().push_back(name);
  }
  return writers;
}

/// The names on all ranks, as rank 0 finds them. @note Collective.
std::vector<CheckpointName> list_everywhere(const Communicator& communicator,
                                            const std::filesystem::path& folder) {
  ByteWriter writer;
  agree(communicator, [&] {
    if (!communicator.is_root()) return;
    for (const CheckpointName& name : list_checkpoints(folder)) {
      writer.put(std::vector<std::int64_t>{name.attempt, name.rank, name.generation});
    }
  });
  const std::string bytes = communicator.broadcast(writer.bytes());
  std::vector<CheckpointName> names;
  for (ByteReader reader(bytes); !reader.at_end();) {
    std::vector<std::int64_t> numbers;
    reader.get(numbers);
    names.push_back({.attempt = numbers.at(0), .rank = numbers.at(1), .generation = numbers.at(2)});
  }
  return names;
}

/// Reads the files of all writers, each rank its share of the writers, and sends what it found to
/// all.
/// @note Collective.
std::vector<Candidate> find_candidates(const Communicator& communicator,
                                       const std::filesystem::path& folder,
                                       const std::vector<std::vector<CheckpointName>>& writers,
                                       const JobIdentity& identity, std::int64_t n_images) {
  // Each rank reads the newest whole file of its share of the writers.
  ByteWriter share;
  agree(communicator, [&] {
    for (std::size_t w = static_cast<std::size_t>(communicator.rank()); w < writers.size();
         w += static_cast<std::size_t>(communicator.size())) {
      const auto candidate = newest_whole(folder, writers[w], identity, n_images);
      if (!candidate) continue;
      const CheckpointName name = candidate->name;
      share.put(std::vector<std::int64_t>{name.attempt, name.rank, name.generation});
      share.put(candidate->positions);
    }
  });

  // All ranks get what every rank found, in one order: later attempts first.
  std::vector<Candidate> candidates;
  for (const std::string& part : communicator.all_gather(share.bytes())) {
    for (ByteReader reader(part); !reader.at_end();) {
      std::vector<std::int64_t> numbers;
      Candidate& candidate = candidates.emplace_back();
      reader.get(numbers);
      reader.get(candidate.positions);
      candidate.name = {
          .attempt = numbers.at(0), .rank = numbers.at(1), .generation = numbers.at(2)};
    }
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.name.attempt != b.name.attempt ? a.name.attempt > b.name.attempt
                                            : a.name.rank < b.name.rank;
  });
  return candidates;
}

struct Selection {
  std::vector<CheckpointName> taken;
  std::vector<CheckpointName> useless;
  std::vector<bool> is_done;  ///< by position
};

/// Takes candidates as long as they are disjoint.
Selection select_disjoint(const std::vector<Candidate>& candidates, std::size_t n_images) {
  Selection selection{.taken = {}, .useless = {}, .is_done = std::vector<bool>(n_images)};
  for (const Candidate& candidate : candidates) {
    const auto is_held = [&](std::int64_t position) { return selection.is_done[position]; };
    if (std::any_of(candidate.positions.begin(), candidate.positions.end(), is_held)) {
      selection.useless.push_back(candidate.name);
      continue;
    }
    for (const std::int64_t position : candidate.positions) selection.is_done[position] = true;
    selection.taken.push_back(candidate.name);
  }
  return selection;
}

/// Removes what no checkpoint in use refers to: cut files of ranks that were ended, maps of a
/// damaged checkpoint.
void remove_leftovers(const std::filesystem::path& folder,
                      const std::set<std::string>& parts_in_use) {
  std::error_code ignored;
  std::filesystem::directory_iterator entry(folder, ignored);
  for (; !ignored && entry != std::filesystem::directory_iterator(); entry.increment(ignored)) {
    const std::filesystem::path& path = entry->path();
    const bool is_lost_part =
        path.extension() == ".cis" && !parts_in_use.contains(path.filename().string());
    std::error_code also_ignored;
    if (is_lost_part || path.extension() == ".partial") std::filesystem::remove(path, also_ignored);
  }
}

/// Clears up on rank 0 while nobody writes. @note Collective.
/// @param useless checkpoints whose images a file that was just read holds too
void clear_up(const Communicator& communicator, const Restored& restored,
              const std::vector<CheckpointName>& useless, bool starts_anew) {
  ByteWriter writer;
  for (const CisPart& part : restored.state.cis_parts) writer.put(part.path.filename().string());
  const std::vector<std::string> shares = communicator.gather(writer.bytes());
  agree(communicator, [&] {
    if (!communicator.is_root()) return;
    std::error_code ignored;
    if (starts_anew) std::filesystem::remove_all(restored.plan.folder, ignored);
    for (const CheckpointName& name : useless) {
      std::filesystem::remove(checkpoint_path(restored.plan.folder, name), ignored);
    }
    std::set<std::string> in_use;
    for (const std::string& share : shares) {
      for (ByteReader reader(share); !reader.at_end();) {
        std::string name;
        reader.get(name);
        in_use.insert(name);
      }
    }
    remove_leftovers(restored.plan.folder, in_use);
  });
}

/// Adds up this rank's share of the checkpoints.
void load_share(const Communicator& communicator, const std::vector<CheckpointName>& taken,
                const std::vector<std::vector<CheckpointName>>& writers, Restored& restored) {
  const std::filesystem::path& folder = restored.plan.folder;
  for (std::size_t i = static_cast<std::size_t>(communicator.rank()); i < taken.size();
       i += static_cast<std::size_t>(communicator.size())) {
    add_packed_shard(read_shard(checkpoint_path(folder, taken[i]), restored.plan.identity), folder,
                     restored.state);
    // All generations of that writer: they are of no use once this rank has two of its own.
    for (const auto& writer : writers) {
      if (writer.front().attempt != taken[i].attempt || writer.front().rank != taken[i].rank)
        continue;
      restored.plan.superseded.insert(restored.plan.superseded.end(), writer.begin(), writer.end());
    }
  }
}

}  // namespace

std::filesystem::path checkpoint_folder(const std::filesystem::path& output) {
  return output.string() + ".checkpoint";
}

bool has_checkpoint_folder(const Options& options) {
  return options.run.restart != Restart::never &&
         std::filesystem::exists(checkpoint_folder(options.output.output));
}

Restored restore(const Communicator& communicator, const Job& job) {
  const auto n_images = std::ssize(job.spec.order);
  Restored restored{.state = make_shard_state(job), .plan = {}, .remaining = {}, .n_restored = 0};
  restored.plan.folder = checkpoint_folder(job.spec.options.output.output);
  restored.plan.rank = communicator.rank();
  agree(communicator, [&] { restored.plan.identity = identify_job(job); });

  // What earlier attempts have left; this attempt is the next one.
  std::vector<CheckpointName> names = list_everywhere(communicator, restored.plan.folder);
  if (job.spec.options.run.restart == Restart::never) names.clear();
  if (!names.empty()) restored.plan.attempt = names.back().attempt + 1;

  // Which of it is taken: no image twice.
  const std::vector<std::vector<CheckpointName>> writers = group_by_writer(names);
  const auto [taken, useless, is_done] =
      select_disjoint(find_candidates(communicator, restored.plan.folder, writers,
                                      restored.plan.identity, n_images),
                      job.spec.order.size());
  if (taken.empty() && job.spec.options.run.restart == Restart::require) {
    throw InputError({"--restart require found no checkpoint that can be used in '" +
                          restored.plan.folder.string() + "'",
                      "the run would start from its beginning",
                      "Use --restart auto, or check --output."});
  }

  // This rank's share of it, and the images that are left to all ranks.
  agree(communicator, [&, &taken = taken] { load_share(communicator, taken, writers, restored); });
  for (std::int64_t position = 0; position < n_images; ++position) {
    if (!is_done[position]) restored.remaining.push_back(position);
  }
  restored.n_restored = n_images - std::ssize(restored.remaining);
  clear_up(communicator, restored, useless, names.empty());
  return restored;
}

}  // namespace csm
