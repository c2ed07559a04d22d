#include <algorithm>

#include "csm/options/options.h"
#include "job_file.h"
#include "option_table.h"

namespace csm {

const std::string& group_column(const Options& options) {
  return options.inference.pair_by.empty() ? options.saliency.group_by : options.inference.pair_by;
}

std::vector<RecordedOption> describe_options(const Options& options) {
  std::vector<RecordedOption> described;
  const OptionTable table({});
  for (const OptionEntry& entry : table.entries()) {
    described.push_back(
        {.name = entry.name, .value = quote_job_value(entry.get(options)), .scope = entry.scope});
  }
  return described;
}

bool occludes_images(const Options& options, std::span<const MethodFacts> methods) {
  const auto occludes = [&](const std::string& name) {
    return find_method(methods, name).needs.patches;
  };
  const std::vector<std::string>& evaluated = options.study.evaluate;
  return occludes(options.explain.method) ||
         std::any_of(evaluated.begin(), evaluated.end(), occludes);
}

}  // namespace csm
