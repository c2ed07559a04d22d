#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace csm {

/// Processor time that a cgroup grants to all processes in it.
struct CpuQuota {
  std::string
      group;  ///< tells the cgroup from every other of the machine, also from inside a container
  double n_cores = 0;  ///< quota / period
};

/// What a rank reads about the logical cores that it may use.
struct CoreReadings {
  std::vector<int> mask;  ///< the cores it may run on: its affinity, as launcher, batch system and
                          ///< cpuset left it
  int n_in_cpuset = 1;    ///< cores that the nearest cpuset allows, else those of the machine
  std::vector<CpuQuota> quotas;  ///< of its cgroup and of those above it, if there are any
};

/// Reads this process' affinity and cgroups (version 2, and 1, where a container may have mounted
/// its own part only).
/// @param root where /proc and /sys are looked for
CoreReadings read_cores(const std::filesystem::path& root = "/");

/// Readings as bytes for another rank of the node, and back.
std::string pack_cores(const CoreReadings& readings);
CoreReadings unpack_cores(std::string_view bytes);

/// Threads of a rank: what it may use, divided among those that may use the same. A core counts 1 /
/// (ranks with that core in their mask), a quota is divided by the ranks in its cgroup; the
/// smallest of these sums, rounded down, at least 1. @param ranks the readings of all ranks of the
/// node, by local rank
int threads_for_rank(std::span<const CoreReadings> ranks, std::size_t local_rank);

}  // namespace csm
