#include <gmock/gmock.h>

#include <numeric>
#include <vector>

#include "csm/cluster/cores.h"
#include "support/temporary_folder.h"

namespace csm {
namespace {

using test::TemporaryFolder;
using testing::ElementsAre;
using testing::SizeIs;

std::vector<int> cores_from(int first, int n) {
  std::vector<int> cores(static_cast<std::size_t>(n));
  std::iota(cores.begin(), cores.end(), first);
  return cores;
}

std::vector<int> threads_of(const std::vector<CoreReadings>& ranks) {
  std::vector<int> threads;
  for (std::size_t rank = 0; rank < ranks.size(); ++rank)
    threads.push_back(threads_for_rank(ranks, rank));
  return threads;
}

CoreReadings reading(std::vector<int> mask, std::vector<CpuQuota> quotas = {}) {
  return {.mask = std::move(mask), .n_in_cpuset = 64, .quotas = std::move(quotas)};
}

TEST(ThreadsForRank, unbound_ranks_divide_the_node) {
  EXPECT_THAT(threads_of({4, reading(cores_from(0, 64))}), ElementsAre(16, 16, 16, 16));
  EXPECT_THAT(threads_of({3, reading(cores_from(0, 8))}), ElementsAre(2, 2, 2));
  EXPECT_THAT(threads_of({3, reading(cores_from(0, 2))}), ElementsAre(1, 1, 1));
  EXPECT_THAT(threads_of({3, reading(cores_from(0, 3))}), ElementsAre(1, 1, 1))
      << "3 x 1/3 is a whole core";
}

TEST(ThreadsForRank, bound_to_a_core_each_has_one) {
  EXPECT_THAT(threads_of({reading({0}), reading({1})}), ElementsAre(1, 1));
}

TEST(ThreadsForRank, bound_to_sockets_divides_each_socket) {
  const CoreReadings first = reading(cores_from(0, 12));
  const CoreReadings second = reading(cores_from(12, 12));
  EXPECT_THAT(threads_of({first, second, first, second, first}), ElementsAre(4, 6, 4, 6, 4));
}

TEST(ThreadsForRank, cpus_per_task_of_slurm_are_each_ranks_own) {
  EXPECT_THAT(threads_of({reading(cores_from(8, 4)), reading(cores_from(12, 4))}),
              ElementsAre(4, 4));
  const CoreReadings of_the_step = reading(cores_from(8, 8));  // a cpuset without binding of tasks
  EXPECT_THAT(threads_of({of_the_step, of_the_step}), ElementsAre(4, 4));
}

TEST(ThreadsForRank, the_quota_of_a_container_counts_not_its_64_cores) {
  EXPECT_THAT(threads_of({reading(cores_from(0, 64), {{"container", 2.5}})}), ElementsAre(2));
  EXPECT_THAT(threads_of({reading(cores_from(0, 2), {{"container", 7.0}})}), ElementsAre(2));
}

TEST(ThreadsForRank, a_quota_is_divided_among_the_ranks_of_its_cgroup) {
  EXPECT_THAT(threads_of({4, reading(cores_from(0, 64), {{"job", 16}})}), ElementsAre(4, 4, 4, 4));
  EXPECT_THAT(threads_of({4, reading(cores_from(0, 64), {{"job", 2.5}})}), ElementsAre(1, 1, 1, 1));
  EXPECT_THAT(threads_of({reading(cores_from(0, 64), {{"a", 6}, {"job", 16}}),
                          reading(cores_from(0, 64), {{"b", 20}, {"job", 16}})}),
              ElementsAre(6, 8))
      << "the tightest of the cgroups above each other";
}

TEST(PackCores, comes_back) {
  const CoreReadings found = unpack_cores(pack_cores(reading({3, 5}, {{"1:2", 2.5}, {"1:1", 8}})));
  EXPECT_THAT(found.mask, ElementsAre(3, 5));
  EXPECT_EQ(found.n_in_cpuset, 64);
  ASSERT_THAT(found.quotas, SizeIs(2));
  EXPECT_EQ(found.quotas[0].group, "1:2");
  EXPECT_EQ(found.quotas[1].n_cores, 8);
}

std::vector<double> quotas_of(const CoreReadings& readings) {
  std::vector<double> quotas;
  for (const CpuQuota& quota : readings.quotas) quotas.push_back(quota.n_cores);
  return quotas;
}

TEST(ReadCores, finds_the_quotas_of_version_2_up_to_the_root) {
  const TemporaryFolder machine;
  machine.write("proc/self/cgroup", "0::/slice/job/step\n");
  machine.write("sys/fs/cgroup/slice/job/step/cpu.max", "max 100000\n");
  machine.write("sys/fs/cgroup/slice/job/cpu.max", "250000 100000\n");
  machine.write("sys/fs/cgroup/slice/cpu.max", "800000 50000\n");
  machine.write("sys/fs/cgroup/slice/job/cpuset.cpus.effective", "0-3,8,10-11\n");
  machine.write("sys/fs/cgroup/cpuset.cpus.effective", "0-63\n");
  const CoreReadings readings = read_cores(machine.path());
  EXPECT_THAT(quotas_of(readings), ElementsAre(2.5, 16));
  EXPECT_NE(readings.quotas[0].group, readings.quotas[1].group);
  EXPECT_EQ(readings.n_in_cpuset, 7) << "of the nearest that has one";
}

TEST(ReadCores, finds_the_quotas_of_version_1) {
  const TemporaryFolder machine;
  machine.write("proc/self/cgroup",
                "7:cpuset:/slurm\n4:cpu,cpuacct:/slurm/job\n1:name=systemd:/\n");
  machine.write("sys/fs/cgroup/cpu,cpuacct/slurm/job/cpu.cfs_quota_us", "-1\n");
  machine.write("sys/fs/cgroup/cpu,cpuacct/slurm/job/cpu.cfs_period_us", "100000\n");
  machine.write("sys/fs/cgroup/cpu,cpuacct/slurm/cpu.cfs_quota_us", "350000\n");
  machine.write("sys/fs/cgroup/cpu,cpuacct/slurm/cpu.cfs_period_us", "100000\n");
  machine.write("sys/fs/cgroup/cpuset/slurm/cpuset.effective_cpus", "4-7\n");
  const CoreReadings readings = read_cores(machine.path());
  EXPECT_THAT(quotas_of(readings), ElementsAre(3.5));
  EXPECT_EQ(readings.n_in_cpuset, 4);
}

TEST(ReadCores, looks_at_the_mount_where_a_container_hides_the_path) {
  const TemporaryFolder machine;
  machine.write("proc/self/cgroup", "4:cpu:/docker/0123\n");
  machine.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "250000\n");
  machine.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_THAT(quotas_of(read_cores(machine.path())), ElementsAre(2.5));
}

TEST(ReadCores, without_cgroups_has_the_affinity_only) {
  const TemporaryFolder nothing;
  const CoreReadings readings = read_cores(nothing.path());
  EXPECT_THAT(readings.quotas, SizeIs(0));
  EXPECT_GE(readings.mask.size(), 1U);
  EXPECT_GE(readings.n_in_cpuset, 1);
}

}  // namespace
}  // namespace csm
