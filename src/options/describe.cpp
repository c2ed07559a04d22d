#include "csm/options/options.h"
#include "job_file.h"
#include "option_table.h"

namespace csm {

std::vector<std::pair<std::string, std::string>> describe_options(const Options& options) {
  std::vector<std::pair<std::string, std::string>> described;
  for (const OptionEntry& entry : option_table()) {
    described.emplace_back(entry.word, quote_job_value(entry.get(options)));
  }
  return described;
}

}  // namespace csm
