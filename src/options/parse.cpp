#include "csm/options/parse.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "command_line.h"
#include "csm/core/error.h"
#include "csm/core/provenance.h"
#include "ignored_options.h"
#include "job_file.h"
#include "option_table.h"

namespace csm {
namespace {

/// What csm_mpi takes besides the options of the table.
const Program& run_program() {
  static const Program program = {
      .name = "csm_mpi",
      .help = "--help-all",
      .actions = {"help", "help-all", "version", "print-config", "plan"},
      .values = {"job"},
      .file = ""};
  return program;
}

/// Sets the values of one place, presets first: what is given beside a preset wins over it.
void apply_all(Options& options, const std::vector<GivenValue>& values, const OptionTable& table) {
  for (const bool is_preset : {true, false}) {
    for (const GivenValue& given : values) {
      const OptionEntry* entry = table.find(given.name);
      CSM_EXPECT(entry != nullptr);
      if (entry->is_preset == is_preset) set_option(options, given, *entry);
    }
  }
}

/// Sets the options of the job file; the task is called as the file unless the job file sets it.
/// Errors: InputError for an unknown name or a bad value.
void apply_job_file(Options& options, const std::filesystem::path& path, const OptionTable& table) {
  options.run.task = path.stem().string();
  const std::vector<GivenValue> values = read_job_file(path);
  for (const GivenValue& given : values) {
    const std::string place = given.origin.substr(0, given.origin.size() - given.name.size());
    if (is_command_name(given.name, run_program())) {
      throw InputError({place + "'" + given.name + "' is in a job file",
                        "it belongs on the command line",
                        "Remove the line and write --" + given.name + "."});
    }
    if (table.find(given.name) == nullptr)
      reject_name(place, given.name, table.names(), run_program());
  }
  apply_all(options, values, table);
}

const GivenValue* find(const std::vector<GivenValue>& values, const std::string& name) {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const GivenValue& given) { return given.name == name; });
  return found == values.end() ? nullptr : &*found;
}

Action requested_action(const std::vector<GivenValue>& values) {
  if (values.empty()) return Action::print_examples;
  if (find(values, "help-all") != nullptr) return Action::print_full_help;
  if (find(values, "help") != nullptr) return Action::print_help;
  if (find(values, "version") != nullptr) return Action::print_version;
  const bool prints = find(values, "print-config") != nullptr;
  const bool plans = find(values, "plan") != nullptr;
  if (prints && plans) {
    throw InputError({"--print-config and --plan are given together",
                      "each prints something else and does no work", "Remove one of them."});
  }
  if (prints) return Action::print_config;
  return plans ? Action::plan : Action::run;
}

std::filesystem::path requested_job_file(const std::vector<GivenValue>& values) {
  const GivenValue* task = find(values, "task");
  const GivenValue* job = find(values, "job");
  if (task != nullptr && job != nullptr) {
    throw InputError(
        {"--task and --job are given together", "each names a job file", "Remove one of them."});
  }
  if (task != nullptr) return find_task(task->text);
  if (job == nullptr) {
    throw InputError({"neither --task nor --job is given", "one of them says what the run shall do",
                      "Write csm_mpi --task gender, for example, or see csm_mpi --help."});
  }
  if (job->text.empty())
    throw InputError({"--job has no value", "it names the job file", "Write --job FILE."});
  return job->text;
}

}  // namespace

CommandLine parse_command_line(std::span<const std::string> arguments,
                               std::span<const MethodFacts> methods) {
  const OptionTable table(methods);
  const std::vector<GivenValue> values = split_command_line(arguments, table, run_program()).values;
  CommandLine command_line;
  command_line.action = requested_action(values);
  switch (command_line.action) {
    case Action::print_examples:
    case Action::print_help:
    case Action::print_full_help:
    case Action::print_version:
      return command_line;
    case Action::run:
    case Action::plan:
    case Action::print_config:
      break;
  }

  Options& options = command_line.options;
  options.mesh.detector_model = csm_home() / "models" / "face_detector.pt";
  options.mesh.mesh_model = csm_home() / "models" / "face_mesh.pt";
  apply_job_file(options, requested_job_file(values), table);
  std::vector<GivenValue> settings;
  std::copy_if(values.begin(), values.end(), std::back_inserter(settings),
               [&](const GivenValue& given) {
                 return given.name != "task" && table.find(given.name) != nullptr;
               });
  apply_all(options, settings, table);
  if (options.output.output.empty()) {
    const std::string method =
        options.explain.method == own_method ? "" : "_" + options.explain.method;
    options.output.output =
        std::filesystem::current_path() / "results" / (options.run.task + method + ".h5");
  }
  check_options(options, methods);
  std::vector<RecordedOption> given;
  given.reserve(settings.size());
  for (const GivenValue& setting : settings)
    given.push_back({.name = setting.name, .value = setting.text});
  command_line.warnings = describe_ignored(given, options);
  return command_line;
}

}  // namespace csm
