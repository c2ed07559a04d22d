#pragma once
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "csm/store/field.h"

namespace csm {

/// One row of /entry/process/ranks; rank_fields, below, has what each member is.
struct RankRow {
  std::int64_t rank = 0;
  std::string host;
  std::string device;
  std::string device_name;  ///< empty for the CPU
  std::string device_uuid;
  std::int64_t n_threads = 0;
  std::int64_t n_images = 0;
  double loop_seconds = 0;
  double busy_seconds = 0;  ///< of loop_seconds, all but waiting for the next image and for ranks
  std::vector<std::pair<std::string, double>>
      seconds_of_phase;  ///< same phases in the same order on every rank
};

/// The columns of /entry/process/ranks, which also travel to the root; the phases, a list, apart.
inline constexpr auto rank_fields = std::tuple{
    field(&RankRow::rank, "rank", "1", "rank of the run"),
    field(&RankRow::host, "host", "", "name of its machine"),
    field(&RankRow::device, "device", "", "cpu or cuda:N"),
    field(&RankRow::device_name, "device_name", "", "as the CUDA driver gives it"),
    field(&RankRow::device_uuid, "device_uuid", "", "as the CUDA driver gives it"),
    field(&RankRow::n_threads, "n_threads", "1", "threads that compute"),
    field(&RankRow::n_images, "n_images", "1", "images that the rank worked on"),
    field(&RankRow::loop_seconds, "loop_seconds", "s", "wall time of the loop over the images"),
    field(&RankRow::busy_seconds, "busy_seconds", "s", "time in the loop on anything but waiting"),
};

}  // namespace csm
