#include <string>
#include <utility>
#include <vector>

#include "csm/core/error.h"
#include "csm/store/rank_summary.h"
#include "write_fields.h"
#include "write_parts.h"

namespace csm {
namespace {

constexpr auto process_fields = std::tuple{
    field(&Result::start_time, "start_time", "", "ISO 8601"),
    field(&Result::end_time, "end_time", "", "ISO 8601"),
    field(&Result::command, "command", "", "command line"),
    field(&Result::n_ranks, "n_ranks", "1", "ranks of the run"),
    field(&Result::n_restored, "n_restored", "1",
          "images that earlier attempts of the run had finished"),
};

constexpr auto request_fields = std::tuple{
    field(&RequestCounts::n_requests, "n_requests", "1",
          "requests to a model that runs elsewhere, in this attempt"),
    field(&RequestCounts::n_answered, "n_answered", "1", "crops that it answered"),
    field(&RequestCounts::n_kept, "n_kept", "1", "crops whose answer was kept from before"),
    field(&RequestCounts::price, "price", "1",
          "of the requests, by --price-per-1000 in its currency; 0 if that was not given"),
};

using Ranks = std::vector<RankRow>;

std::vector<std::string> phases_of(const Ranks& ranks) {
  std::vector<std::string> phases;
  if (ranks.empty()) return phases;
  for (const auto& [phase, seconds] : ranks.front().seconds_of_phase) phases.push_back(phase);
  return phases;
}

/// @pre all ranks have the same phases
H5Array<double> seconds_of(const Ranks& ranks) {
  H5Array<double> array{.values = {}, .shape = {ranks.size(), phases_of(ranks).size()}};
  for (const RankRow& row : ranks) {
    CSM_EXPECT(row.seconds_of_phase.size() == array.shape.back());
    for (const auto& [phase, seconds] : row.seconds_of_phase) array.values.push_back(seconds);
  }
  return array;
}

/// The phases of all ranks, beside their rows.
constexpr auto phase_of_rank_fields = std::tuple{
    field(&phases_of, "phase", "", "what the time was spent on").with_axes("phase"),
    field(&seconds_of, "seconds", "s", "time of each phase (columns) of each rank (rows)")
        .with_axes("rank, phase"),
};

constexpr auto phase_fields = std::tuple{
    field(&PhaseSummary::phase, "phase", "", "what the time was spent on"),
    field(&PhaseSummary::mean_seconds, "mean_seconds", "s",
          "mean time of the phase over the ranks"),
    field(&PhaseSummary::largest_seconds, "largest_seconds", "s", "largest time of the phase"),
    field(&PhaseSummary::slowest_rank, "slowest_rank", "1", "rank with the largest time"),
};
constexpr auto rank_summary_fields = std::tuple{
    field(&RankSummary::loop_seconds, "loop_seconds", "s", "wall time of the loop over the images"),
    field(&RankSummary::mean_busy_seconds, "mean_busy_seconds", "s", "mean busy time"),
    field(&RankSummary::largest_busy_seconds, "largest_busy_seconds", "s", "largest busy time"),
    field(&RankSummary::busiest_rank, "busiest_rank", "1", "rank with the largest busy time"),
    field(&RankSummary::imbalance, "imbalance", "1", "largest busy time / mean busy time"),
    field(&RankSummary::parallel_efficiency, "parallel_efficiency", "1",
          "mean busy time / wall time of the loop"),
};

}  // namespace

void write_process(hid_t entry, const Result& result) {
  // The run as a whole.
  const H5Handle process = create_group(entry, process_group);
  write_record(process.get(), process_fields, result, {});
  write_table(process.get(), image_process_fields, result.images, {});
  NamedTexts options;
  for (const RecordedOption& option : result.options) {
    if (option.scope == OptionScope::process) options.emplace_back(option.name, option.value);
  }
  write_named_texts(process.get(), process_options_group, options);
  write_record(create_group(process.get(), requests_group).get(), request_fields, result.requests,
               {});
  write_named_texts(process.get(), compute_settings_group, result.compute_settings);

  // Its ranks, and how well they were used.
  const H5Handle ranks = create_group(process.get(), ranks_group);
  write_table(ranks.get(), rank_fields, result.ranks, {});
  write_record(ranks.get(), phase_of_rank_fields, result.ranks, {});
  const RankSummary summary = summarise_ranks(result.ranks);
  const H5Handle group = create_group(process.get(), rank_summary_group);
  write_table(group.get(), phase_fields, summary.phases, {});
  write_record(group.get(), rank_summary_fields, summary, {});
}

std::vector<GroupSchema> process_schema() {
  GroupSchema process = record_schema<Result>(process_group, process_fields);
  add_fields<ImageRow, 1>(process, image_process_fields);
  GroupSchema ranks = table_schema<RankRow>(ranks_group, rank_fields);
  add_fields<Ranks, 0>(ranks, phase_of_rank_fields);
  GroupSchema summary = table_schema<PhaseSummary>(rank_summary_group, phase_fields);
  add_fields<RankSummary, 0>(summary, rank_summary_fields);
  return {std::move(process),
          {.group = process_options_group, .fields = {}, .any_name = "option, with underscores"},
          record_schema<RequestCounts>(requests_group, request_fields),
          {.group = compute_settings_group, .fields = {}, .any_name = "setting"},
          std::move(ranks),
          std::move(summary)};
}

}  // namespace csm
