// The program: tests of differences between groups of images, on the maps that a result file holds.
#include <cstdio>
#include <string>
#include <vector>

#include "csm/cluster/communicator.h"
#include "csm/cluster/session.h"
#include "csm/core/provenance.h"
#include "csm/core/version.h"
#include "csm/options/test_command_line.h"
#include "csm/run/run.h"
#include "csm/run/test_result.h"
#include "csm/store/saved_result.h"

namespace {

int run_program(const std::vector<std::string>& arguments, const std::string& command) {
  const csm::Communicator communicator = csm::Communicator::world();
  return csm::report_errors(communicator, [&] {
    const csm::TestCommand test = csm::parse_test_command(arguments, &csm::read_recorded_options);
    if (test.prints_help) {
      if (communicator.is_root()) std::fputs(csm::test_help_text().c_str(), stdout);
      return csm::exit_done;
    }
    if (test.prints_version) {
      const std::string text = "csm_test " + std::string(csm::version) + " (";
      if (communicator.is_root())
        std::fputs((text + csm::git_description() + ")\n").c_str(), stdout);
      return csm::exit_done;
    }
    csm::configure_process();
    const csm::Inference inference = csm::test_result(communicator, test, command);
    if (communicator.is_root())
      std::fputs((csm::inference_text(inference) + test.output.string() + "\n").c_str(), stdout);
    return csm::exit_done;
  });
}

}  // namespace

int main(int argc, char** argv) {
  std::string command;
  for (int i = 0; i < argc; ++i) command += (i == 0 ? "" : " ") + std::string(argv[i]);
  const csm::MpiSession session(argc, argv);
  return run_program({argv + 1, argv + argc}, command);
}
