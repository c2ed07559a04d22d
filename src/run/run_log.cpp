#include "run_log.h"

#include <utility>

#include "csm/checkpoint/row_bytes.h"
#include "csm/cluster/agreement.h"
#include "csm/core/bytes.h"
#include "csm/core/provenance.h"
#include "csm/core/version.h"
#include "csm/inference/describe_findings.h"
#include "csm/report/rank_lines.h"
#include "csm/report/summary.h"
#include "csm/store/output_path.h"

namespace csm {
namespace {

constexpr std::size_t most_failures_named = 20;
constexpr std::size_t most_warnings_kept = 100;

EventLog open_events(const Communicator& communicator, const std::filesystem::path& file) {
  EventLog events;
  agree(communicator, [&] {
    if (communicator.is_root() && !file.empty()) events = EventLog(file);
  });
  return events;
}

}  // namespace

RunLog::RunLog(const Communicator& communicator, const OutputOptions& options)
    : communicator_(communicator),
      quiet_(options.quiet),
      events_(open_events(communicator, options.log_json)),
      scope_([this](const std::string& message) { keep_warning(message); }) {}

void RunLog::keep_warning(const std::string& message) {
  events_.write("warning", {{"message", message}});
  if (communicator_.is_root()) return;
  const std::lock_guard lock(mutex_);
  if (warnings_.size() < most_warnings_kept) warnings_.push_back(message);
}

void RunLog::start(const std::string& command) {
  events_.write("start", {{"program", std::string("csm_mpi ") + version},
                          {"git", git_description()},
                          {"command", command},
                          {"n_ranks", std::int64_t{communicator_.size()}}});
}

void RunLog::ranks(const RankRow& row) {
  std::vector<RankRow> rows;
  for (const std::string& bytes : communicator_.gather(pack_rank(row)))
    rows.push_back(unpack_rank(bytes));
  for (const std::string& line : describe_ranks(rows)) log_info(line);
  for (const RankRow& each : rows) {
    events_.write("rank", {{"rank", each.rank},
                           {"host", each.host},
                           {"device", each.device},
                           {"device_name", each.device_name},
                           {"device_uuid", each.device_uuid},
                           {"n_threads", each.n_threads}});
  }
}

void RunLog::collect_warnings() {
  std::vector<std::string> warnings;
  {
    const std::lock_guard lock(mutex_);
    warnings.swap(warnings_);
  }
  ByteWriter writer;
  for (const std::string& warning : warnings) writer.put(warning);
  const std::vector<std::string> shares = communicator_.gather(writer.bytes());
  for (std::size_t rank = 0; rank < shares.size(); ++rank) {
    for (ByteReader reader(shares[rank]); !reader.at_end();) {
      std::string message;
      reader.get(message);
      events_.write("warning", {{"message", message}, {"rank", static_cast<std::int64_t>(rank)}});
    }
  }
}

void RunLog::failures(const std::vector<ImageRow>& rows) {
  std::size_t n_failed = 0;
  for (const ImageRow& row : rows) {
    if (row.status == "ok") continue;
    events_.write("image_failed", {{"id", row.id}, {"reason", row.status}, {"detail", row.detail}});
    if (n_failed++ < most_failures_named)
      log_warning("'" + row.id + "' is left out: " + row.detail);
  }
  if (n_failed > most_failures_named) {
    log_warning(std::to_string(n_failed - most_failures_named) +
                " more images are left out, /entry/images names them");
  }
}

void RunLog::summary(const Result& result) {
  const RankSummary ranks = summarise_ranks(result.ranks);
  std::vector<std::pair<std::string, double>> mean;
  std::vector<std::pair<std::string, double>> largest;
  std::vector<std::pair<std::string, double>> slowest;
  for (const PhaseSummary& phase : ranks.phases) {
    mean.emplace_back(phase.phase, phase.mean_seconds);
    largest.emplace_back(phase.phase, phase.largest_seconds);
    slowest.emplace_back(phase.phase, static_cast<double>(phase.slowest_rank));
  }
  events_.write("summary", {{"n_images", result.n_images},
                            {"n_failed", result.n_failed},
                            {"loop_seconds", ranks.loop_seconds},
                            {"mean_busy_seconds", ranks.mean_busy_seconds},
                            {"largest_busy_seconds", ranks.largest_busy_seconds},
                            {"busiest_rank", ranks.busiest_rank},
                            {"imbalance", ranks.imbalance},
                            {"parallel_efficiency", ranks.parallel_efficiency},
                            {"mean_seconds", mean},
                            {"largest_seconds", largest},
                            {"slowest_rank", slowest}});
  for (const std::string& warning : result.warnings) log_warning(warning);
  if (quiet_) return;
  log_info("\n" + summary_table(result) + "\n" + run_summary_text(ranks));
  if (result.inference.intervals) {
    for (const std::string& sentence : result.inference.intervals->sentences) log_info(sentence);
  }
  for (const ColumnFindings& column : result.inference.findings) {
    for (const std::string& sentence : column.sentences) log_info(sentence);
    for (const PairFinding& pair : column.pairs) {
      for (const std::string& remark : pair.remarks) log_info(remark);
    }
    for (const std::string& sentence : describe_surer_groups(column, result.inference.confidence))
      log_info(sentence);
    for (const std::string& remark : column.remarks) log_info(remark);
  }
}

void RunLog::end(const std::string& outcome, const std::string& message,
                 const std::vector<std::filesystem::path>& files) {
  const std::vector<std::string> names(files.begin(), files.end());
  events_.write("end", {{"outcome", outcome}, {"message", message}, {"files", names}});
}

}  // namespace csm
