#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "csm/core/enum_names.h"

namespace csm {

enum class Schedule { fixed, dynamic };

constexpr auto enum_names(Schedule) {
  return std::to_array<EnumName<Schedule>>(
      {{Schedule::fixed, "static"}, {Schedule::dynamic, "dynamic"}});
}

enum class Restart { never, automatic, require };

constexpr auto enum_names(Restart) {
  return std::to_array<EnumName<Restart>>(
      {{Restart::never, "never"}, {Restart::automatic, "auto"}, {Restart::require, "require"}});
}

/// Of a run as a whole. They are here and not in stage run, because the options of all stages are
/// composed before it.
struct RunOptions {
  std::string task;           ///< --task: the job file's name
  double max_failures = 0.1;  ///< --max-failures: share of images that may fail, in [0, 1]
  Schedule schedule = Schedule::dynamic;   ///< --schedule
  Restart restart = Restart::automatic;    ///< --restart
  std::int64_t checkpoint_interval = 300;  ///< --checkpoint-interval [s]; 0: after every image
  std::optional<int> prefetch;             ///< --prefetch: images loaded ahead; none: by the device
};

/// When a run ends before its last image: at fixed numbers of images, with the map of a whole
/// prefix of the seeded order.
struct StopOptions {
  std::optional<double> standard_error;  ///< --stop-at-standard-error X [units of the confidence]
  std::optional<double> agreement;       ///< --stop-at-agreement R of two random halves, in (0, 1)
  std::optional<std::int64_t> time_limit;  ///< --time-limit [s] of this attempt's images
};

/// Whether a run may end before its last image.
inline bool may_stop(const StopOptions& options) {
  return options.standard_error || options.agreement || options.time_limit;
}

}  // namespace csm
