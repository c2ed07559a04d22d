#include "stop_rule.h"

#include <cmath>
#include <cstdio>

#include "csm/options/run_options.h"

namespace csm {
namespace {

constexpr double first_decision = 16;  // images; fewer say nothing about their standard error
constexpr double steps_per_octave = 4;

std::string format_number(const char* format, double value) {
  char text[48];
  std::snprintf(text, sizeof(text), format, value);
  return text;
}

/// NaN is never good enough.
bool is_good_enough(const StopOptions& options, const MapQuality& quality) {
  if (!options.standard_error && !options.agreement) return false;
  return (!options.standard_error || quality.standard_error <= *options.standard_error) &&
         (!options.agreement || quality.agreement >= *options.agreement);
}

bool ends_too_late(const StopOptions& options, const Standing& standing) {
  if (!options.time_limit || standing.n_done == 0) return false;
  const double seconds_per_image = standing.elapsed_seconds / static_cast<double>(standing.n_done);
  return standing.elapsed_seconds + seconds_per_image * static_cast<double>(standing.n_next) >
         static_cast<double>(*options.time_limit);
}

}  // namespace

std::vector<std::int64_t> decision_counts(std::int64_t n_images) {
  std::vector<std::int64_t> counts;
  for (int step = 0;; ++step) {
    const auto count = static_cast<std::int64_t>(
        std::llround(first_decision * std::exp2(step / steps_per_octave)));
    if (count >= n_images) break;
    counts.push_back(count);
  }
  counts.push_back(n_images);
  return counts;
}

std::int64_t n_begun(const std::vector<std::int64_t>& remaining, std::int64_t n_images) {
  std::int64_t end = n_images;
  for (auto open = remaining.rbegin(); open != remaining.rend() && *open == end - 1; ++open) --end;
  return end;
}

std::optional<std::string> reason_to_stop(const StopOptions& options, const Standing& standing) {
  const bool is_good = is_good_enough(options, standing.quality);
  if (!is_good && !ends_too_late(options, standing)) return std::nullopt;
  return std::string(is_good ? "the map is known as well as was asked for"
                             : "the time of --time-limit is used up") +
         " (standard error " + format_number("%.3g", standing.quality.standard_error) +
         ", agreement of two random halves r = " +
         format_number("%.3f", standing.quality.agreement) + ")";
}

}  // namespace csm
