#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "csm/checkpoint/examples.h"
#include "csm/cluster/work_queue.h"
#include "csm/measure/image_worker.h"
#include "csm/measure/job.h"
#include "csm/reduce/sum_maps.h"
#include "csm/store/cis_part_file.h"

namespace csm {

/// All that one rank holds of the images that it has finished, or that an earlier rank has finished
/// for it. States of disjoint images can be added up in any order to the same bits.
struct ShardState {
  RankSums sums;
  std::vector<ImageRow> rows;
  ExampleKeeper examples;
  std::vector<CisPart> cis_parts;  ///< of earlier attempts, for --save-cis

  ProgressCount count() const;
};

/// The state of no image, the same on every rank.
ShardState make_shard_state(const Job& job);

/// Adds an image. Errors: RunError if a sum overflows.
void add_outcome(ShardState& state, const ImageOutcome& outcome);

/// Hands the bytes of a state to `put`, one value after another, so that they are never all in
/// memory. Images that failed are left out: what failed because of a lost folder or a full memory
/// shall be tried again after a restart.
/// @param cis_parts of the state and of the rank that writes; only their names are kept, a
/// checkpoint and its part files lie in one folder
void pack_shard(ShardState& state, std::span<const CisPart> cis_parts,
                const std::function<void(std::string_view)>& put);

/// The positions of the images that packed bytes are of.
std::vector<std::int64_t> positions_in(std::string_view bytes);

/// Adds packed bytes to a state of the same job. @param folder of the part files
void add_packed_shard(std::string_view bytes, const std::filesystem::path& folder,
                      ShardState& state);

}  // namespace csm
