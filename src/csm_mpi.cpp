// The program: canonical saliency maps of a face model over a data set, on all ranks of an MPI job.
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "csm/cluster/communicator.h"
#include "csm/cluster/session.h"
#include "csm/cluster/signal_watch.h"
#include "csm/core/log.h"
#include "csm/core/provenance.h"
#include "csm/core/version.h"
#include "csm/explain/method_facts.h"
#include "csm/options/options.h"
#include "csm/options/parse.h"
#include "csm/run/draw_report.h"
#include "csm/run/run.h"

namespace {

void print(const csm::Communicator& communicator, const std::string& text) {
  if (communicator.is_root()) std::fputs(text.c_str(), stdout);
}

/// Does what was asked; the exit code.
int act(const csm::Communicator& communicator, csm::SignalWatch& signals,
        const csm::CommandLine& line, const std::string& command) {
  switch (line.action) {
    case csm::Action::print_examples:
      print(communicator, csm::examples_text());
      return csm::exit_input;
    case csm::Action::print_full_help:
      print(communicator, csm::full_help_text(csm::method_facts()));
      break;
    case csm::Action::print_help:
      print(communicator, csm::help_text(csm::method_facts()));
      break;
    case csm::Action::print_version:
      print(communicator,
            "csm_mpi " + std::string(csm::version) + " (" + csm::git_description() + ")\n");
      break;
    case csm::Action::print_config:
      for (const csm::RecordedOption& option : csm::describe_options(line.options)) {
        print(communicator, option.name + " = " + option.value + "\n");
      }
      break;

    // What loads networks needs the process to be set up.
    case csm::Action::plan:
      csm::configure_process();
      print(communicator, csm::plan_job(communicator, line.options));
      break;
    case csm::Action::run: {
      csm::configure_process();
      const csm::Environment environment{.communicator = communicator,
                                         .interrupts = signals.interrupts(),
                                         .command = command,
                                         .draw = [&](const std::filesystem::path& result) {
                                           return csm::draw_report(result,
                                                                   line.options.output.report);
                                         }};
      for (const auto& file : csm::run_job(environment, line.options)) {
        // Events on the same stream name the files themselves.
        if (line.options.output.log_json != "-") print(communicator, file.string() + "\n");
      }
      break;
    }
  }
  return csm::exit_done;
}

int run_program(csm::SignalWatch& signals, const std::vector<std::string>& arguments,
                const std::string& command) {
  const csm::Communicator communicator = csm::Communicator::world();
  if (communicator.is_root()) signals.log_signals();
  return csm::report_errors(communicator, [&] {
    const csm::CommandLine line = csm::parse_command_line(arguments, csm::method_facts());
    csm::set_log_level(line.options.output.quiet ? csm::LogLevel::quiet : csm::LogLevel::normal);
    if (communicator.is_root()) {
      for (const std::string& warning : line.warnings) csm::log_warning(warning);
    }
    return act(communicator, signals, line, command);
  });
}

}  // namespace

int main(int argc, char** argv) {
  std::string command;
  for (int i = 0; i < argc; ++i) command += (i == 0 ? "" : " ") + std::string(argv[i]);
  csm::SignalWatch signals;  // before MPI starts threads, which inherit the blocked signals
  const csm::MpiSession session(argc, argv);
  return run_program(signals, {argv + 1, argv + argc}, command);
}
