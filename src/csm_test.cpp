// The program: tests of differences between groups of images, on the maps that a result file holds.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "csm/cluster/communicator.h"
#include "csm/cluster/session.h"
#include "csm/core/error.h"
#include "csm/core/log.h"
#include "csm/options/test_command_line.h"
#include "csm/run/run.h"
#include "csm/run/test_result.h"
#include "csm/store/saved_result.h"

namespace {

constexpr int exit_done = 0;
constexpr int exit_input = 2;
constexpr int exit_failed = 3;

void print_findings(const std::vector<csm::ColumnFindings>& findings, const std::string& output) {
  for (const csm::ColumnFindings& column : findings) {
    std::string text = column.column + "\n";
    for (const std::string& sentence : column.sentences) text += "  " + sentence + "\n";
    for (const csm::PairFinding& pair : column.pairs) {
      for (const std::string& remark : pair.remarks)
        text += "  note: '" + pair.first + "' and '" + pair.second + "': " + remark + "\n";
    }
    for (const std::string& remark : column.remarks) text += "  note: " + remark + "\n";
    std::fputs(text.c_str(), stdout);
  }
  std::fputs((output + "\n").c_str(), stdout);
}

int run_program(const std::vector<std::string>& arguments, const std::string& command) {
  const csm::Communicator communicator = csm::Communicator::world();
  const auto report = [&](const std::exception& error, int exit_code) {
    if (communicator.is_root()) csm::log_error(error.what());
    return exit_code;
  };
  try {
    const csm::TestCommand test = csm::parse_test_command(arguments, &csm::read_recorded_options);
    if (test.prints_help) {
      if (communicator.is_root()) std::fputs(csm::test_help_text().c_str(), stdout);
      return exit_done;
    }
    csm::configure_process();
    const auto findings = csm::test_result(communicator, test, command);
    if (communicator.is_root()) print_findings(findings, test.output.string());
    return exit_done;
  } catch (const csm::InputError& error) {
    return report(error, exit_input);
  } catch (const csm::RunError& error) {
    return report(error, exit_failed);
  } catch (const std::exception& error) {
    csm::log_error("rank " + std::to_string(communicator.rank()) + ": " + error.what());
    csm::MpiSession::abort(exit_failed);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string command;
  for (int i = 0; i < argc; ++i) command += (i == 0 ? "" : " ") + std::string(argv[i]);
  const csm::MpiSession session(argc, argv);
  return run_program({argv + 1, argv + argc}, command);
}
