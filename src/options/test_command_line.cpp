#include "csm/options/test_command_line.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "command_line.h"
#include "csm/core/error.h"
#include "csm/core/text.h"
#include "job_file.h"
#include "option_table.h"

namespace csm {
namespace {

/// The options of csm_mpi that csm_test takes too.
constexpr std::array<std::string_view, 12> taken_options = {
    "group-by", "pair-by", "where",    "permutations",   "exchange-by", "permute-within",
    "seed",     "dataset", "manifest", "dataset-format", "output",      "overwrite"};

/// The result's own options of its columns and its tests.
constexpr std::array<std::string_view, 8> recorded_names = {
    "dataset", "dataset-format", "manifest",    "pairs",
    "seed",    "permutations",   "exchange-by", "permute-within"};

constexpr const char* clusters_option = "--clusters";

template <std::size_t n>
bool is_among(const std::array<std::string_view, n>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void take_recorded(const std::vector<RecordedOption>& recorded, const OptionTable& table,
                   Options& options) {
  for (const RecordedOption& option : recorded) {
    const OptionEntry* entry = table.find(option.name);
    if (entry == nullptr || !is_among(recorded_names, option.name)) continue;
    // A run may have gone without tests; csm_test is for them.
    if (option.name == "permutations" && option.value == "0") continue;
    const std::optional<GivenValue> given =
        parse_job_line(option.name + " = " + option.value, "the result file", "");
    if (given && !given->text.empty()) entry->set(options, *given);
  }
}

/// Errors: InputError for a column without a name, or named twice: p is corrected for all columns.
void require_distinct(const std::vector<std::string>& columns) {
  for (auto column = columns.begin(); column != columns.end(); ++column) {
    const bool is_again = std::find(columns.begin(), column, *column) != column;
    if (!column->empty() && !is_again) continue;
    throw InputError({"--group-by is '" + join(columns, ",") + "'",
                      is_again ? "it names '" + *column + "' twice" : "a name in it is empty",
                      "Write each column once, with one comma between two."});
  }
}

}  // namespace

TestCommand parse_test_command(
    std::span<const std::string> arguments,
    const std::function<std::vector<RecordedOption>(const std::filesystem::path&)>&
        recorded_options) {
  TestCommand command;
  const auto asks_for_help = [](const std::string& text) {
    return text == "--help" || text == "-h";
  };
  command.prints_help = std::any_of(arguments.begin(), arguments.end(), asks_for_help);
  if (command.prints_help) return command;
  if (arguments.empty() || arguments.front().starts_with("-")) {
    throw InputError({"no result file is given", "csm_test tests the maps that one holds",
                      "Write csm_test RESULT.h5 --group-by COLUMN; csm_test --help tells more."});
  }
  command.result = arguments.front();

  // What csm_mpi does not have.
  std::vector<std::string> others(arguments.begin() + 1, arguments.end());
  command.finds_clusters = std::erase(others, clusters_option) > 0;

  // The result's own options, then those of the command line.
  const OptionTable table({});
  take_recorded(recorded_options(command.result), table, command.options);
  std::string grouped;
  for (const GivenValue& given : split_command_line(others, table)) {
    const OptionEntry* entry = table.find(given.name);
    if (entry == nullptr || !is_among(taken_options, given.name)) {
      const std::vector<std::string> valid(taken_options.begin(), taken_options.end());
      throw InputError({"csm_test takes no --" + given.name, "",
                        "Valid: --clusters, --" + join(valid, ", --") + "."});
    }
    entry->set(command.options, given);
    if (given.name != "group-by" && given.name != "pair-by") continue;
    if (!grouped.empty()) {
      throw InputError({"--group-by and --pair-by are both given",
                        "the groups of one column are compared, or its values within persons",
                        "Leave out one of them."});
    }
    grouped = given.name;
  }
  const InferenceOptions& inference = command.options.inference;
  if (!grouped.empty())
    command.columns = inference.pair_by.empty() ? split(command.options.saliency.group_by, ',')
                                                : std::vector<std::string>{inference.pair_by};
  require_distinct(command.columns);
  if (inference.permutations < 1) {
    throw InputError({"--permutations is 0", "without exchanges nothing can be told from chance",
                      "Give --permutations 1000."});
  }

  command.output = command.options.output.output;
  const std::string ending = command.output.extension().string();
  if (!command.output.empty() && ending != ".h5" && ending != ".hdf5") {
    throw InputError({"--output is '" + command.output.string() + "'",
                      "the findings are an HDF5 file, beside which their figures are written",
                      "Give a name that ends with .h5."});
  }
  if (command.output.empty()) {
    command.output = command.result;
    command.output.replace_extension(".findings.h5");
  }
  return command;
}

std::string test_help_text() {
  std::string text =
      "usage: csm_test RESULT.h5 [--group-by COLUMN[,COLUMN...]] [--option VALUE ...]\n\n"
      "Tests how the maps of groups of images differ, in a result that csm_mpi has written with\n"
      "--save-cis, without a new run: mpirun -n 8 csm_test gender.h5 --group-by sex,age_band\n"
      "Without a column: how sure the map itself is, also of some images: --where sex=female\n"
      "Columns are target, predicted, label, or those of the data set; --manifest FILE.csv gives\n"
      "others. Writes RESULT.findings.h5 and prints what holds.\n\n";
  text +=
      "  --clusters\n      also look for kinds of explanations: images whose maps have one shape\n";
  const OptionTable table({});
  for (const std::string_view name : taken_options) {
    const OptionEntry* entry = table.find(std::string(name));
    text += "  --" + entry->name + " " + entry->placeholder + "\n      " + entry->meaning + "\n";
  }
  return text;
}

}  // namespace csm
