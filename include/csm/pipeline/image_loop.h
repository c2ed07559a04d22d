#pragma once
#include <functional>
#include <vector>

#include "csm/cluster/progress_channel.h"
#include "csm/pipeline/examples.h"
#include "csm/pipeline/image_worker.h"
#include "csm/reduce/sum_maps.h"
#include "csm/store/result_file.h"

namespace csm {

/// This rank's part of the run.
struct Share {
  int rank = 0;
  int n_ranks = 1;
};

/// What a rank holds after its images.
struct LoopResult {
  RankSums sums;
  std::vector<ImageRow> rows;
  ExampleKeeper examples;
  ProgressCount count;
};

/// The empty sums of a job, the same on every rank.
RankSums make_rank_sums(const Job& job);

/// Computes the images at positions rank, rank + n_ranks, ... of the seeded order and adds them up. Knows no
/// communicator.
/// @param on_image called after each image
/// Errors: RunError where the network fails or more images failed than --max-failures allows for the whole run.
LoopResult run_image_loop(const Job& job, ImageWorker& worker, Share share, CisPartFile* part_file, PhaseClock& clock,
                          const std::function<void(ProgressCount)>& on_image);

/// The number of images that may fail.
std::int64_t allowed_failures(const Job& job);

}  // namespace csm
