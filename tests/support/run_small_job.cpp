#include "support/run_small_job.h"

#include <mutex>

#include "csm/cluster/interrupts.h"
#include "csm/cluster/thread_ranks.h"
#include "csm/core/log.h"
#include "csm/run/run.h"

namespace csm::test {

void run_rank(const Communicator& communicator, const SmallJob& job, const std::string& name,
              const RunSettings& settings, std::atomic<std::int64_t>& n_kept) {
  static std::once_flag is_configured;
  std::call_once(is_configured, [] {
    configure_process();
    set_log_level(LogLevel::quiet);
  });
  Interrupts interrupts;
  const Environment environment{.communicator = communicator,
                                .interrupts = interrupts,
                                .command = "a test",
                                .after_image =
                                    [&](const ImageRow&) {
                                      const std::int64_t n = ++n_kept;
                                      if (settings.stop_after && n >= *settings.stop_after)
                                        interrupts.stop();
                                    },
                                .now = settings.now};
  run_job(environment, job.options(name, settings.more));
}

bool run_small_job(const SmallJob& job, const std::string& name, const RunSettings& settings) {
  std::atomic<std::int64_t> n_kept = 0;
  try {
    run_thread_ranks(settings.n_ranks, [&](const Communicator& world) {
      run_rank(world, job, name, settings, n_kept);
    });
  } catch (const Stopped&) {
    return true;
  }
  return false;
}

}  // namespace csm::test
