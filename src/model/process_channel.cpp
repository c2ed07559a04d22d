#include "process_channel.h"

#include <filesystem>

#include "csm/core/error.h"
#include "csm/core/log.h"
#include "csm/core/provenance.h"
#include "csm/core/text.h"
#include "csm/model/backend.h"
#include "csm/model/model_options.h"

namespace csm {
namespace {

constexpr std::size_t largest_metadata_of_worker = 16 << 20;

std::vector<std::pair<std::string, std::string>> thread_variables(int n_threads) {
  std::vector<std::pair<std::string, std::string>> variables;
  for (const char* name : {"CSM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS",
                           "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"})
    variables.emplace_back(name, std::to_string(n_threads));
  return variables;
}

/// The text as one argument in a shell's command.
std::string shell_argument(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string command_of(const std::string& place) {
  std::string rest = place.substr(place.find(':') + 1);
  if (place_of_model(place) == ModelPlace::process) return rest;
  const std::filesystem::path own = csm_home() / ".csm" / "venv" / "bin" / "python3";
  const std::string python = std::filesystem::exists(own) ? own.string() : "python3";
  return "PYTHONPATH=" + shell_argument((csm_home() / "scripts").string()) +
         "${PYTHONPATH:+:$PYTHONPATH} " + shell_argument(python) + " -m csm.rest_worker " +
         shell_argument(rest);
}

}  // namespace

ProcessChannel::ProcessChannel(std::string place, std::chrono::seconds timeout, int n_threads)
    : place_(std::move(place)), timeout_(timeout), environment_(thread_variables(n_threads)) {
  const std::string advice =
      "Run the command by hand: it must first write its metadata (docs/black_box.md); "
      "csm serve makes a worker of a Python function.";
  if (trim(place_.substr(place_.find(':') + 1)).empty()) {
    throw InputError({"--model is '" + place_ + "' and names nothing", "",
                      "Write process:COMMAND or rest:FILE.json (docs/black_box.md)."});
  }
  try {
    metadata_ = start();
  } catch (const WorkerFault& fault) {
    throw InputError({"the worker of " + name() + " " + fault.what() + " before it was ready",
                      last_lines(), advice});
  } catch (const MessageFault& fault) {
    throw InputError({"the first message of the worker of " + name() + " " + fault.what(),
                      last_lines(), advice});
  } catch (const ModelRefusal& refusal) {
    throw InputError({"the worker of " + name() + " cannot start: " + refusal.what(), "",
                      "Correct it; it answers by itself when its command is run by hand."});
  }
}

std::string ProcessChannel::name() const { return "--model '" + place_ + "'"; }

std::string ProcessChannel::last_lines() {
  const std::string lines = worker_ ? worker_->last_lines() : "";
  return lines.empty() ? "it wrote nothing to its standard error stream"
                       : "its last lines: " + lines;
}

ModelMetadata ProcessChannel::start() {
  worker_.reset();
  worker_ = std::make_unique<WorkerProcess>(command_of(place_), environment_);
  const auto deadline = std::chrono::steady_clock::now() + timeout_;
  return parse_metadata(worker_->receive(deadline, largest_metadata_of_worker).json);
}

void ProcessChannel::ask(std::span<const InferRequest> requests, const ChannelCalls& calls) {
  for (std::size_t i = 0; i < requests.size(); ++i)
    calls.take(i, ask_one(requests[i], calls.before_send));
}

TensorMessage ProcessChannel::ask_one(const InferRequest& request,
                                      const std::function<void()>& before_send) {
  while (true) {
    try {
      before_send();
      const auto deadline = std::chrono::steady_clock::now() + timeout_;
      worker_->send(request.json, request.binary, deadline);
      return worker_->receive(deadline, request.largest_answer);
    } catch (const WorkerFault& fault) {
      const std::string problem = "the worker of " + name() + " " + fault.what();
      if (has_restarted_) {
        throw ServiceError({problem + ", after it had been started again once", last_lines(),
                            "Mend the worker and run the same command again to go on."});
      }
      log_warning(problem + " (" + last_lines() + "). It is started again, once");
    }

    // Once, a new worker takes over if it is the same model.
    has_restarted_ = true;
    try {
      if (start().identity == metadata_.identity) continue;
    } catch (const std::runtime_error& fault) {
      throw ServiceError({"the worker of " + name() + " could not be started again: it " +
                              std::string(fault.what()),
                          last_lines(),
                          "Mend the worker and run the same command again to go on."});
    }
    throw ServiceError({"the worker of " + name() + ", started again, is another model than before",
                        "a map of two models means nothing", "Start the run anew."});
  }
}

}  // namespace csm
