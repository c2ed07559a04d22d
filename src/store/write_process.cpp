#include <algorithm>
#include <string>
#include <vector>

#include "csm/options/options.h"
#include "csm/store/rank_summary.h"
#include "h5_write.h"
#include "write_parts.h"

namespace csm {
namespace {

void write_ranks(hid_t process, const std::vector<RankRow>& ranks) {
  const H5Handle group = create_group(process, "ranks", "NXcollection");
  std::vector<std::int64_t> numbers;
  std::vector<std::int64_t> threads;
  std::vector<std::int64_t> images;
  std::vector<std::string> hosts;
  std::vector<std::string> devices;
  std::vector<std::string> device_names;
  std::vector<std::string> device_uuids;
  std::vector<std::string> phases;
  std::vector<double> loop_seconds;
  std::vector<double> busy_seconds;
  std::vector<double> seconds;
  for (const RankRow& row : ranks) {
    numbers.push_back(row.rank);
    hosts.push_back(row.host);
    devices.push_back(row.device);
    device_names.push_back(row.device_name);
    device_uuids.push_back(row.device_uuid);
    threads.push_back(row.n_threads);
    images.push_back(row.n_images);
    loop_seconds.push_back(row.loop_seconds);
    busy_seconds.push_back(row.busy_seconds);
    if (phases.empty()) {
      for (const auto& phase : row.seconds_of_phase) phases.push_back(phase.first);
    }
    CSM_EXPECT(row.seconds_of_phase.size() == phases.size());
    for (const auto& phase : row.seconds_of_phase) seconds.push_back(phase.second);
  }
  write_column(group.get(), "rank", numbers);
  write_texts(group.get(), "host", hosts);
  write_texts(group.get(), "device", devices);
  write_texts(group.get(), "device_name", device_names);
  write_texts(group.get(), "device_uuid", device_uuids);
  write_column(group.get(), "n_threads", threads);
  write_column(group.get(), "n_images", images, {"images that the rank worked on", "1", ""});
  write_column(group.get(), "loop_seconds", loop_seconds,
               {"wall time of the loop over the images", "s", ""});
  write_column(group.get(), "busy_seconds", busy_seconds,
               {"time in the loop on anything but waiting", "s", ""});
  write_texts(group.get(), "phase", phases);
  write_array<double>(group.get(), "seconds", seconds, {ranks.size(), phases.size()},
                      {"time of each phase (columns) of each rank (rows)", "s", ""});
}

/// How well the ranks were used.
void write_summary(hid_t process, const RankSummary& summary) {
  const H5Handle group = create_group(process, "summary", "NXcollection");
  std::vector<std::string> phases;
  std::vector<double> mean;
  std::vector<double> largest;
  std::vector<std::int64_t> slowest;
  for (const PhaseSummary& phase : summary.phases) {
    phases.push_back(phase.phase);
    mean.push_back(phase.mean_seconds);
    largest.push_back(phase.largest_seconds);
    slowest.push_back(phase.slowest_rank);
  }
  write_texts(group.get(), "phase", phases);
  write_column(group.get(), "mean_seconds", mean,
               {"mean time of the phase over the ranks", "s", ""});
  write_column(group.get(), "largest_seconds", largest, {"largest time of the phase", "s", ""});
  write_column(group.get(), "slowest_rank", slowest, {"rank with the largest time", "1", ""});
  write_number(group.get(), "loop_seconds", summary.loop_seconds,
               {"wall time of the loop over the images", "s", ""});
  write_number(group.get(), "mean_busy_seconds", summary.mean_busy_seconds,
               {"mean busy time", "s", ""});
  write_number(group.get(), "largest_busy_seconds", summary.largest_busy_seconds,
               {"largest busy time", "s", ""});
  write_number(group.get(), "busiest_rank", summary.busiest_rank);
  write_number(group.get(), "imbalance", summary.imbalance,
               {"largest busy time / mean busy time", "1", ""});
  write_number(group.get(), "parallel_efficiency", summary.parallel_efficiency,
               {"mean busy time / wall time of the loop", "1", ""});
}

}  // namespace

void write_process(hid_t entry, const Result& result) {
  const H5Handle group = create_group(entry, "process", "NXcollection");
  write_text(group.get(), "start_time", result.start_time);
  write_text(group.get(), "end_time", result.end_time);
  write_text(group.get(), "command", result.command);
  write_number<std::int64_t>(group.get(), "n_ranks", result.n_ranks);
  write_number<std::int64_t>(group.get(), "n_restored", result.n_restored,
                             {"images that earlier attempts of the run had finished", "1", ""});
  std::vector<double> seconds;
  for (const ImageRow& row : result.images) seconds.push_back(row.seconds);
  write_column(group.get(), "image_seconds", seconds,
               {"time of each row of /entry/images", "s", ""});
  const H5Handle options = create_group(group.get(), "options", "NXcollection");
  for (const auto& [name, value] : result.options) {
    if (!is_process_option(name)) continue;
    std::string field = name;
    std::replace(field.begin(), field.end(), '-', '_');
    write_text(options.get(), field, value);
  }
  const H5Handle settings = create_group(group.get(), "compute_settings", "NXcollection");
  for (const auto& [name, value] : result.compute_settings) write_text(settings.get(), name, value);
  write_ranks(group.get(), result.ranks);
  write_summary(group.get(), summarise_ranks(result.ranks));
}

}  // namespace csm
