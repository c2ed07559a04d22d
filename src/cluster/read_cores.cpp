#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <string>

#include "csm/cluster/cores.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

std::vector<int> read_affinity() {
  // The kernel refuses a mask that is shorter than its own, which on large machines is longer than
  // cpu_set_t.
  constexpr std::size_t most_cores = std::size_t{1} << 20U;
  for (std::size_t n_cores = CPU_SETSIZE; n_cores <= most_cores; n_cores *= 2) {
    std::vector<cpu_set_t> mask(n_cores / CPU_SETSIZE);
    const std::size_t n_bytes = mask.size() * sizeof(cpu_set_t);
    if (sched_getaffinity(0, n_bytes, mask.data()) != 0) continue;
    std::vector<int> cores;
    for (std::size_t core = 0; core < n_cores; ++core) {
      if (CPU_ISSET_S(core, n_bytes, mask.data())) cores.push_back(static_cast<int>(core));
    }
    return cores;
  }
  return {0};
}

std::string first_line(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

/// The number of cores in a list such as "0-3,8"; none if it is empty or no list.
std::optional<int> count_listed(const std::string& list) {
  int n_cores = 0;
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::string range = list.substr(begin, end - begin);
    const std::size_t dash = range.find('-');
    const auto first = number_of(range.substr(0, dash));
    const auto last = dash == std::string::npos ? first : number_of(range.substr(dash + 1));
    if (!first || !last) return std::nullopt;
    n_cores += static_cast<int>(*last - *first) + 1;
    begin = end + 1;
  }
  return n_cores > 0 ? std::optional(n_cores) : std::nullopt;
}

/// "250000 100000" is 2.5 cores, "max 100000" no limit.
std::optional<double> quota_of_version_2(const fs::path& folder) {
  const std::string line = first_line(folder / "cpu.max");
  const auto quota = number_of(line);
  const auto period = quota ? number_of(line.substr(line.find(' ') + 1)) : std::nullopt;
  if (!quota || !period || *quota <= 0 || *period <= 0) return std::nullopt;
  return *quota / *period;
}

/// -1: not limited.
std::optional<double> quota_of_version_1(const fs::path& folder) {
  const auto quota = number_of(first_line(folder / "cpu.cfs_quota_us"));
  const auto period = number_of(first_line(folder / "cpu.cfs_period_us"));
  if (!quota || !period || *quota <= 0 || *period <= 0) return std::nullopt;
  return *quota / *period;
}

/// What is the same for two processes only if they look at the same cgroup: its path is "/" in
/// every container.
std::string group_name(const fs::path& folder) {
  struct stat status {};
  if (stat(folder.c_str(), &status) != 0) return folder.string();
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

/// The folders of a cgroup and of those above it, from the innermost. Those that are not there are
/// left out: a container without a cgroup namespace sees the machine's path, but only its own part
/// at the mount.
std::vector<fs::path> folders_upwards(const fs::path& mount, const std::string& group) {
  std::vector<fs::path> folders;
  for (fs::path inner = fs::path(group).relative_path(); !inner.empty();
       inner = inner.parent_path()) {
    if (fs::is_directory(mount / inner)) folders.push_back(mount / inner);
  }
  folders.push_back(mount);
  return folders;
}

struct CgroupLine {
  std::string controllers;  ///< "cpu,cpuacct"; empty in version 2
  std::string path;

  bool has(const std::string& controller) const {
    return ("," + controllers + ",").find("," + controller + ",") != std::string::npos;
  }
};

/// The lines ID:CONTROLLERS:PATH of /proc/self/cgroup.
std::vector<CgroupLine> read_cgroups(const fs::path& root) {
  std::vector<CgroupLine> lines;
  std::ifstream stream(root / "proc/self/cgroup");
  for (std::string text; std::getline(stream, text);) {
    const std::size_t first = text.find(':');
    const std::size_t second = first == std::string::npos ? first : text.find(':', first + 1);
    if (second == std::string::npos) continue;
    lines.push_back({text.substr(first + 1, second - first - 1), text.substr(second + 1)});
  }
  return lines;
}

/// Where a version 1 hierarchy is mounted: under the names of all its controllers, or of one by a
/// link.
fs::path mount_of_version_1(const fs::path& cgroups, const CgroupLine& line,
                            const char* controller) {
  const fs::path joined = cgroups / line.controllers;
  return fs::is_directory(joined) ? joined : cgroups / controller;
}

}  // namespace

CoreReadings read_cores(const fs::path& root) {
  CoreReadings readings;
  readings.mask = read_affinity();
  readings.n_in_cpuset = std::max(1, static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));

  // Control groups limit the time (quotas) and the cores (cpuset) of all groups above, too.
  const fs::path cgroups = root / "sys/fs/cgroup";
  std::optional<int> n_in_cpuset;
  const auto add = [&](const std::vector<fs::path>& folders, auto quota_of,
                       const char* cpuset_file) {
    for (const fs::path& folder : folders) {
      if (const auto n_cores = quota_of(folder))
        readings.quotas.push_back({group_name(folder), *n_cores});
      if (!n_in_cpuset) n_in_cpuset = count_listed(first_line(folder / cpuset_file));
    }
  };

  // Version 2 has one tree, version 1 one for each controller; a machine may have both.
  for (const CgroupLine& line : read_cgroups(root)) {
    if (line.controllers.empty()) {
      const bool is_hybrid = fs::is_directory(cgroups / "unified");
      add(folders_upwards(is_hybrid ? cgroups / "unified" : cgroups, line.path), quota_of_version_2,
          "cpuset.cpus.effective");
    }
    for (const char* controller : {"cpu", "cpuset"}) {
      if (!line.has(controller)) continue;
      add(folders_upwards(mount_of_version_1(cgroups, line, controller), line.path),
          quota_of_version_1, "cpuset.effective_cpus");
    }
  }
  if (n_in_cpuset) readings.n_in_cpuset = *n_in_cpuset;
  return readings;
}

}  // namespace csm
