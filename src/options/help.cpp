#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

#include "csm/options/parse.h"
#include "option_table.h"

namespace csm {
namespace {

constexpr std::size_t n_columns = 100;
constexpr std::size_t text_column = 36;

/// The text broken at blanks, each line from text_column to n_columns.
std::vector<std::string> wrap(const std::string& text) {
  std::vector<std::string> lines(1);
  std::istringstream stream(text);
  for (std::string word; stream >> word;) {
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > n_columns - text_column)
      lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + word;
  }
  return lines;
}

std::string entry_text(const std::string& flag, const std::string& text) {
  std::string result = "  " + flag;
  if (result.size() + 2 > text_column) {
    result += "\n";
    result.append(text_column, ' ');
  } else {
    result.append(text_column - result.size(), ' ');
  }
  const std::vector<std::string> lines = wrap(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) result += "\n" + std::string(text_column, ' ');
    result += lines[i];
  }
  return result + "\n";
}

}  // namespace

std::string help_text(std::span<const MethodFacts> methods) {
  std::string text =
      "csm_mpi: canonical saliency maps of face networks, from photographs to one map of the "
      "model.\n\n"
      "  mpirun -n 8 csm_mpi --task gender\n"
      "  mpirun -n 8 csm_mpi --job FILE.cfg --dataset FOLDER --output FILE.h5\n\n"
      "Every option below can be set in the job file as 'name = value'; the command line "
      "wins.\n\nWhat to do\n";

  // What the command line alone takes.
  text += entry_text("--task NAME", "work on the job file jobs/NAME.cfg");
  text += entry_text("--job FILE", "work on this job file");
  text += entry_text("--print-config",
                     "print every option as it is resolved, as a job file; do no work");
  text += entry_text("--plan",
                     "print images, patches, multiply-adds, memory and estimated time; do no work");
  text += entry_text("--version", "print the version");
  text += entry_text("--help", "print this text");

  // The options of the table, under the headings of their groups.
  std::string group;
  const OptionTable table(methods);
  for (const OptionEntry& entry : table.entries()) {
    if (entry.name == "task") continue;
    if (entry.group != group) text += "\n" + entry.group + "\n";
    group = entry.group;
    text +=
        entry_text("--" + entry.name + (entry.placeholder.empty() ? "" : " " + entry.placeholder),
                   entry.meaning + " (default: " + entry.default_text + ")");
  }
  text +=
      "\nPaths in a job file are relative to it. Exit code: 0 done, 2 bad option or input, 3 "
      "failed run,\n"
      "75 stopped with a checkpoint.\n";
  return text;
}

}  // namespace csm
