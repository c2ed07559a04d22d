#include <string>
#include <string_view>
#include <vector>

#include "csm/core/error.h"
#include "csm/options/parse.h"
#include "help_lines.h"
#include "option_table.h"

namespace csm {
namespace {

/// Options under what people do with them; the others are in the full help.
struct Activity {
  std::string_view heading;
  std::vector<std::string_view> options;
};

const std::vector<Activity>& activities() {
  static const std::vector<Activity> all = {
      {"Say what to explain", {"model", "confidence", "target", "device"}},
      {"Say on which faces", {"dataset", "label", "group-by", "limit", "pairs", "gallery"}},
      {"Choose between fine and fast", {"quality", "patch-size", "vertex-stride", "mirror"}},
      {"End early and go on", {"time-limit", "stop-at-agreement", "restart"}},
      {"Compare methods and evaluate maps", {"method", "evaluate", "half"}},
      {"Say what is kept", {"output", "overwrite", "save-cis", "report", "quiet"}},
  };
  return all;
}

std::string help_text_of(const OptionEntry& entry) {
  return help_lines(flag_of(entry), entry.meaning + " (default: " + entry.default_text + ")");
}

/// What the program is, and what the command line alone takes.
std::string head_text() {
  return "csm_mpi: canonical saliency maps of face networks, from photographs to one map of the "
         "model.\n\n"
         "  mpirun -n 8 csm_mpi --task gender\n"
         "  mpirun -n 8 csm_mpi --job FILE.cfg --dataset FOLDER --output FILE.h5\n\n"
         "Every option can be set in the job file as 'name = value'; the command line wins.\n\n"
         "What to do\n" +
         help_lines("--task NAME", "work on the job file jobs/NAME.cfg") +
         help_lines("--job FILE", "work on this job file") +
         help_lines("--plan",
                    "print images, patches, multiply-adds, memory and estimated time; do no work") +
         help_lines("--print-config",
                    "print every option as it is resolved, as a job file; do no work") +
         help_lines("--version", "print the version") +
         help_lines("--help", "print the options that most runs need") +
         help_lines("--help-all", "print all options");
}

constexpr std::string_view foot =
    "\nPaths in a job file are relative to it. Exit code: 0 done, 2 bad option or input, 3 failed "
    "run,\n75 stopped with a checkpoint.\n";

}  // namespace

std::string examples_text() {
  return "csm_mpi: canonical saliency maps of face networks. Five ways to begin:\n\n"
         "  csm_mpi --task gender --quality draft             a first map, of the sample faces\n"
         "  mpirun -n 8 csm_mpi --task gender --dataset DIR   the map of your photos, on 8 ranks\n"
         "  csm_mpi --task gender --model MINE.pt --plan      what a run of your model would take\n"
         "  csm_mpi --task gender --method grad_cam           the map of another method\n"
         "  csm report results/gender.h5                      the report of a finished run\n\n"
         "csm_mpi --help: the options that most runs need. csm_mpi --help-all: all of them.\n";
}

std::string help_text(std::span<const MethodFacts> methods) {
  std::string text = head_text();
  const OptionTable table(methods);
  for (const Activity& activity : activities()) {
    text += "\n" + std::string(activity.heading) + "\n";
    for (const std::string_view name : activity.options) {
      const OptionEntry* entry = table.find(std::string(name));
      CSM_EXPECT(entry != nullptr);
      text += help_text_of(*entry);
    }
  }
  return text + std::string(foot);
}

std::string full_help_text(std::span<const MethodFacts> methods) {
  std::string text = head_text();
  std::string group;
  const OptionTable table(methods);
  for (const OptionEntry& entry : table.entries()) {
    if (entry.name == "task") continue;
    if (entry.group != group) text += "\n" + entry.group + "\n";
    group = entry.group;
    text += help_text_of(entry);
  }
  return text + std::string(foot);
}

}  // namespace csm
