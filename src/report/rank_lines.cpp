#include "csm/report/rank_lines.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "csm/core/text.h"

namespace csm {
namespace {

constexpr std::size_t most_rank_lines = 32;

std::string threads_text(std::int64_t n_threads) {
  return std::to_string(n_threads) + (n_threads == 1 ? " thread" : " threads");
}

std::string rank_line(const RankRow& row) {
  std::string text = "rank " + std::to_string(row.rank) + " on " + row.host + ": " + row.device;
  if (!row.device_name.empty()) text += " " + row.device_name;
  if (!row.device_uuid.empty()) text += " (" + row.device_uuid + ")";
  return text + ", " + threads_text(row.n_threads);
}

/// "cpu", or "4 devices NVIDIA H100".
std::string devices_text(const std::vector<const RankRow*>& rows) {
  std::set<std::string> devices;
  std::set<std::string> names;
  for (const RankRow* row : rows) {
    if (row->device == "cpu") continue;
    devices.insert(row->device_uuid.empty() ? row->device : row->device_uuid);
    names.insert(row->device_name.empty() ? "CUDA" : row->device_name);
  }
  if (devices.empty()) return "cpu";
  const std::vector<std::string> words(names.begin(), names.end());
  return std::to_string(devices.size()) + (devices.size() == 1 ? " device " : " devices ") +
         join(words);
}

std::string host_line(const std::string& host, const std::vector<const RankRow*>& rows) {
  std::vector<std::int64_t> numbers;
  numbers.reserve(rows.size());
  for (const RankRow* row : rows) numbers.push_back(row->rank);
  const auto [fewest, most] = std::minmax_element(
      rows.begin(), rows.end(),
      [](const RankRow* a, const RankRow* b) { return a->n_threads < b->n_threads; });
  const std::int64_t lowest = (*fewest)->n_threads;
  const std::int64_t highest = (*most)->n_threads;
  return host + ": ranks " + ranges_text(numbers) + ", " + devices_text(rows) + ", " +
         (lowest == highest ? "" : std::to_string(lowest) + " to ") + threads_text(highest) +
         " each";
}

}  // namespace

std::string ranges_text(const std::vector<std::int64_t>& numbers) {
  std::vector<std::string> ranges;
  for (std::size_t first = 0; first < numbers.size();) {
    std::size_t last = first;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    ranges.push_back(std::to_string(numbers[first]) +
                     (last == first ? "" : "-" + std::to_string(numbers[last])));
    first = last + 1;
  }
  return join(ranges);
}

std::vector<std::string> describe_ranks(const std::vector<RankRow>& ranks) {
  std::vector<std::string> lines;
  if (ranks.size() <= most_rank_lines) {
    for (const RankRow& row : ranks) lines.push_back(rank_line(row));
    return lines;
  }
  std::vector<std::string> hosts;  // in the order of their first rank
  std::map<std::string, std::vector<const RankRow*>> rows_of_host;
  for (const RankRow& row : ranks) {
    std::vector<const RankRow*>& rows = rows_of_host[row.host];
    if (rows.empty()) hosts.push_back(row.host);
    rows.push_back(&row);
  }
  for (const std::string& host : hosts) lines.push_back(host_line(host, rows_of_host[host]));
  return lines;
}

std::string run_summary_text(const RankSummary& summary) {
  char row[160];
  std::string text = "seconds per phase        mean     largest   of rank\n";
  for (const PhaseSummary& phase : summary.phases) {
    if (phase.largest_seconds <= 0) continue;
    std::snprintf(row, sizeof(row), "  %-18s %10.2f %11.2f %9lld\n", phase.phase.c_str(),
                  phase.mean_seconds, phase.largest_seconds,
                  static_cast<long long>(phase.slowest_rank));
    text += row;
  }
  std::snprintf(row, sizeof(row),
                "imbalance %.3f (busiest rank %lld: %.2f s busy, mean %.2f s), parallel efficiency "
                "%.3f (of %.2f s)\n",
                summary.imbalance, static_cast<long long>(summary.busiest_rank),
                summary.largest_busy_seconds, summary.mean_busy_seconds,
                summary.parallel_efficiency, summary.loop_seconds);
  return text + row;
}

}  // namespace csm
