#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "csm/reduce/map_quality.h"

namespace csm {

struct StopOptions;

/// The numbers of images at which a run may end, ascending: 16 * 2^(k / 4), rounded, below
/// n_images; then n_images. They do not depend on ranks, schedule or time, and neither does the map
/// at any of them.
std::vector<std::int64_t> decision_counts(std::int64_t n_images);

/// The number of images up to the last one that is done. Images are begun in steps from one
/// decision to the next, so every decision at fewer images has been made, and was to go on.
/// @param remaining positions that are not done, ascending
std::int64_t n_begun(const std::vector<std::int64_t>& remaining, std::int64_t n_images);

/// What is known at a decision.
struct Standing {
  MapQuality quality;
  std::int64_t n_done = 0;     ///< images that this attempt worked on
  std::int64_t n_next = 0;     ///< images of the next step
  double elapsed_seconds = 0;  ///< of this attempt's images
};

/// Why the run ends, as a plain sentence without times; none if it goes on. The map is good
/// enough where all that is asked of it holds; the time is up where the next step, as fast as the
/// images so far, would end too late.
std::optional<std::string> reason_to_stop(const StopOptions& options, const Standing& standing);

}  // namespace csm
