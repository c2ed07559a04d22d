#include "option_kinds.h"
#include "stage_entries.h"

namespace csm {

using namespace kinds;
using enum OptionScope;

std::vector<OptionEntry> run_entries() {
  return in_group("Run",
                  {text(
                       {"task", identity, "NAME", "name of the job, jobs/NAME.cfg"},
                       [](auto& o) -> auto& { return o.run.task; }, "none"),
                   real(
                       {"max-failures", result, "SHARE",
                        "share of the images that may fail before the run is given up"},
                       [](auto& o) -> auto& { return o.run.max_failures; }, 0, 1),
                   choice(
                       {"schedule", process, its_names,
                        "dynamic: who is free takes the next image; static: fixed shares"},
                       [](auto& o) -> auto& { return o.run.schedule; }),
                   choice(
                       {"restart", process, its_names,
                        "auto: go on from the checkpoint beside the output if there is one; "
                        "require: only then; never: discard it"},
                       [](auto& o) -> auto& { return o.run.restart; }),
                   integer(
                       {"checkpoint-interval", process, "SECONDS",
                        "time between two checkpoints of a rank, 0: after every image"},
                       [](auto& o) -> auto& { return o.run.checkpoint_interval; }, 0, 1'000'000),
                   optional_integer(
                       {"prefetch", process, "auto|N",
                        "images loaded while one is worked on, auto: 2 on a GPU, else 1"},
                       [](auto& o) -> auto& { return o.run.prefetch; }, "auto", 0, 1000)});
}

std::vector<OptionEntry> stop_entries() {
  return in_group("Stopping early, at fixed numbers of images",
                  {optional_real(
                       {"stop-at-standard-error", identity, "never|X",
                        "end when the root mean square of the map's standard error is X or less "
                        "[units of the confidence]"},
                       [](auto& o) -> auto& { return o.stop.standard_error; }, "never", 1e-12, 1e6),
                   optional_real(
                       {"stop-at-agreement", identity, "never|R",
                        "end when the maps of two random halves of the images correlate at R or "
                        "more; with both options, when both hold"},
                       [](auto& o) -> auto& { return o.stop.agreement; }, "never", 0, 1),
                   optional_integer(
                       {"time-limit", process, "none|SECONDS",
                        "end before a next step would take the images longer than that, in this "
                        "attempt; not before 16 images"},
                       [](auto& o) -> auto& { return o.stop.time_limit; }, "none", 1)});
}

}  // namespace csm
