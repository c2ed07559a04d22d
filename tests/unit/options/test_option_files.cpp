// The reference and the man page of the options. Written anew with
//   CSM_WRITE_OPTIONS=1 build/release/bin/test_options --gtest_filter='OptionFiles.*'

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "csm/explain/method_facts.h"
#include "option_table.h"

namespace csm::test {
namespace {

std::string scope_text(OptionScope scope) {
  switch (scope) {
    case OptionScope::identity:
      return "a restart must have the same";
    case OptionScope::result:
      return "kept with the result";
    case OptionScope::process:
      return "does not change the result";
  }
  return "";
}

std::string flag_of(const OptionEntry& entry) {
  return "--" + entry.name + (entry.placeholder.empty() ? "" : " " + entry.placeholder);
}

/// A table cell: the sign of a column's end is escaped.
std::string cell(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return escaped;
}

std::string as_markdown() {
  std::string text =
      "# Options\n\nAll options of `csm_mpi`, by stage; `csm_mpi --help` prints those that most "
      "runs need.\nEach can be set in a job file as `name = value`. This page is written from the "
      "program's own\ntable.\n";
  std::string group;
  const OptionTable table(method_facts());
  for (const OptionEntry& entry : table.entries()) {
    if (entry.group != group)
      text +=
          "\n## " + entry.group + "\n\n| option | meaning | default | scope |\n|---|---|---|---|\n";
    group = entry.group;
    text += "| `" + cell(flag_of(entry)) + "` | " + cell(entry.meaning) + " | " +
            cell(entry.default_text) + " | " + scope_text(entry.scope) + " |\n";
  }
  return text;
}

/// Dashes and backslashes as roff wants them.
std::string roff(const std::string& text) {
  std::string escaped;
  for (const char c : text)
    escaped += c == '-' ? std::string("\\-") : c == '\\' ? std::string("\\e") : std::string(1, c);
  return escaped;
}

std::string as_man_page() {
  std::string text =
      ".TH CSM_MPI 1\n.SH NAME\ncsm_mpi \\- canonical saliency maps of face networks\n.SH "
      "SYNOPSIS\n.B mpirun \\-n\n.I N\n.B csm_mpi \\-\\-task\n.I NAME\n[OPTION ...]\n.SH "
      "DESCRIPTION\nOccludes a patch of each photo at each vertex of a fitted face mesh and paints "
      "the drop in the model's confidence on a canonical face.\n";
  std::string group;
  const OptionTable table(method_facts());
  for (const OptionEntry& entry : table.entries()) {
    if (entry.group != group) text += ".SH " + roff(entry.group) + "\n";
    group = entry.group;
    text += ".TP\n.B " + roff(flag_of(entry)) + "\n" + roff(entry.meaning) +
            " (default: " + roff(entry.default_text) + ")\n";
  }
  return text +
         ".SH EXIT STATUS\n0 done, 2 bad option or input, 3 failed run, 75 stopped with a "
         "checkpoint.\n";
}

void expect_file(const std::string& name, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(CSM_SOURCE_DIR) / name;
  if (std::getenv("CSM_WRITE_OPTIONS") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  std::ostringstream found;
  found << std::ifstream(path).rdbuf();
  EXPECT_EQ(found.str(), text) << "write it anew with CSM_WRITE_OPTIONS=1";
}

TEST(OptionFiles, of_the_documentation_hold_the_table_of_the_program) {
  expect_file("docs/options.md", as_markdown());
}

TEST(OptionFiles, of_the_man_page_hold_the_table_of_the_program) {
  expect_file("docs/man/csm_mpi.1", as_man_page());
}

}  // namespace
}  // namespace csm::test
