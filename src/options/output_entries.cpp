#include "option_kinds.h"
#include "stage_entries.h"

namespace csm {

using namespace kinds;
using enum OptionScope;

std::vector<OptionEntry> output_entries() {
  return in_group("Output",
                  {with_default(path(
                                    {"output", process, "FILE.h5",
                                     "result file; images and report are written beside it"},
                                    [](auto& o) -> auto& { return o.output.output; }, "auto"),
                                "results/TASK.h5, or results/TASK_METHOD.h5"),
                   on_off(
                       {"overwrite", process, "", "replace an existing result file"},
                       [](auto& o) -> auto& { return o.output.overwrite; }),
                   on_off(
                       {"save-cis", identity, "", "keep the map of every image in the result file"},
                       [](auto& o) -> auto& { return o.output.save_cis; }),
                   command(
                       {"report", process, "auto|none|COMMAND",
                        "the command csm of the Python package, which draws the result; auto: that "
                        "on the PATH or beside the program, if there is one"},
                       [](auto& o) -> auto& { return o.output.report; }),
                   file_or_stream(
                       {"log-json", process, "FILE|-",
                        "what happens in the run as JSON lines, -: standard output"},
                       [](auto& o) -> auto& { return o.output.log_json; }),
                   on_off(
                       {"quiet", process, "", "print warnings and errors only"},
                       [](auto& o) -> auto& { return o.output.quiet; })});
}

}  // namespace csm
