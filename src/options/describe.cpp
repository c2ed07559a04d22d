#include <algorithm>
#include <array>

#include "csm/options/options.h"
#include "job_file.h"
#include "option_table.h"

namespace csm {

std::vector<std::pair<std::string, std::string>> describe_options(const Options& options) {
  std::vector<std::pair<std::string, std::string>> described;
  const OptionTable table({});
  for (const OptionEntry& entry : table.entries()) {
    described.emplace_back(entry.name, quote_job_value(entry.get(options)));
  }
  return described;
}

bool is_process_option(const std::string& name) {
  constexpr std::array names = {
      "output",           "overwrite", "quiet",    "schedule",  "restart", "checkpoint-interval",
      "ranks-per-device", "prefetch",  "log-json", "time-limit"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace csm
