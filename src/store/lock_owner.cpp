#include <algorithm>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "lock_text.h"

namespace csm {
namespace {

constexpr std::size_t most_processes_named = 8;

/// The numbers of processes: "process 7" or "processes 7, 8, 9 and 20 more".
std::string name_processes(const std::vector<ProcessIdentity>& processes) {
  std::string text = processes.size() == 1 ? "process" : "processes";
  for (std::size_t i = 0; i < std::min(processes.size(), most_processes_named); ++i)
    text += (i == 0 ? " " : ", ") + std::to_string(processes[i].number);
  if (processes.size() > most_processes_named)
    text += " and " + std::to_string(processes.size() - most_processes_named) + " more";
  return text;
}

std::string kill_command(const std::vector<ProcessIdentity>& processes) {
  std::string text = "kill";
  for (const ProcessIdentity& process : processes) text += " " + std::to_string(process.number);
  return text;
}

std::string seconds_text(std::chrono::nanoseconds time) {
  return std::to_string(std::max<std::int64_t>(
             0, std::chrono::duration_cast<std::chrono::seconds>(time).count())) +
         " s";
}

/// Slurm ends an attempt at a job before it starts the next.
bool is_earlier_attempt(const LockText& lock) {
  const std::optional<SlurmAttempt> own = own_slurm_attempt();
  return own && lock.slurm && lock.slurm->job == own->job && lock.slurm->restart < own->restart;
}

/// "another run writes it: process 7 on host h, user u, since t".
std::string describe_owner(const FoundLock& found, const std::filesystem::path& output,
                           const std::vector<ProcessIdentity>& processes) {
  const bool is_same = found.lock.output.empty() ||
                       std::filesystem::path(found.lock.output).filename() == output.filename();
  std::string text = is_same ? "another run is writing it"
                             : "another run is writing '" + found.lock.output +
                                   "', whose pictures have the same names";
  if (processes.empty()) return text + "; its lock '" + found.path.string() + "' is being written";
  return text + ": " + name_processes(processes) + " on host " + processes.front().host +
         ", user " + found.lock.user + ", since " + found.lock.since;
}

}  // namespace

void require_dead(const FoundLock& found, const std::filesystem::path& output,
                  std::chrono::nanoseconds dead_after) {
  const std::string problem = "--output is '" + output.string() + "'";
  const std::vector<ProcessIdentity>& processes = found.lock.processes;

  // Processes of this host are seen to run.
  std::vector<ProcessIdentity> running;
  std::copy_if(processes.begin(), processes.end(), std::back_inserter(running),
               [](const ProcessIdentity& process) { return look_for(process) == Life::runs; });
  if (!running.empty()) {
    throw InputError(
        {problem, describe_owner(found, output, running),
         "Wait for its end, end it (" + kill_command(running) + "), or give another --output."});
  }

  // Without its rank 0 a run cannot go on, and what other hosts still hold of it writes nothing
  // once the lock is ours.
  if (!processes.empty() && look_for(processes.front()) == Life::has_ended) return;
  if (is_earlier_attempt(found.lock)) return;
  if (found.silence > dead_after) return;

  // It may live on another host.
  std::vector<ProcessIdentity> first;
  if (!processes.empty()) first.push_back(processes.front());
  throw InputError({problem,
                    describe_owner(found, output, first) + "; its last sign of life is " +
                        seconds_text(found.silence) + " old",
                    "Wait for its end, end it there, or give another --output. A run that gives no "
                    "sign of life for " +
                        seconds_text(dead_after) +
                        " is taken as dead: if you know that it has ended, try again then, "
                        "or remove '" +
                        found.path.string() + "'."});
}

}  // namespace csm
