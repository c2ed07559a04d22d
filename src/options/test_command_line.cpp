#include "csm/options/test_command_line.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "command_line.h"
#include "csm/core/error.h"
#include "csm/core/text.h"
#include "help_lines.h"
#include "ignored_options.h"
#include "job_file.h"
#include "option_kinds.h"
#include "option_table.h"

namespace csm {
namespace {

/// The options of csm_mpi that csm_test takes too.
constexpr std::array<std::string_view, 12> taken_options = {
    "group-by", "pair-by", "where",    "permutations",   "exchange-by", "permute-within",
    "seed",     "dataset", "manifest", "dataset-format", "output",      "overwrite"};

/// The value of --group-by that makes no groups.
constexpr const char* no_groups = "none";

/// The result's own options of its columns and its tests.
constexpr std::array<std::string_view, 8> recorded_names = {
    "dataset", "dataset-format", "manifest",    "pairs",
    "seed",    "permutations",   "exchange-by", "permute-within"};

/// An option of csm_mpi that means another thing here.
struct OtherMeaning {
  std::string_view name;
  std::string_view placeholder;
  std::string_view meaning;
};

constexpr std::array<OtherMeaning, 6> other_meanings = {
    {{"group-by", "COLUMN[,COLUMN...]|none",
      "compare the images of these columns' values: target, predicted, label, or columns of the "
      "data set; none: how sure the map itself is"},
     {"pair-by", "COLUMN", "compare the two values of this column within each person"},
     {"permutations", "P",
      "random exchanges of persons that tell differences from chance, from 1 on"},
     {"seed", "N", "seed of the random exchanges"},
     {"output", "FILE.h5", "file of the findings (RESULT.findings.h5 if not given)"},
     {"overwrite", "", "replace an existing file of findings"}}};

/// What csm_test takes besides the options of its table.
const Program& test_program() {
  static const Program program = {.name = "csm_test",
                                  .help = "--help",
                                  .actions = {"help", "version"},
                                  .values = {},
                                  .file = "RESULT.h5"};
  return program;
}

/// --clusters, which csm_mpi does not have.
OptionEntry clusters_entry(bool& finds_clusters) {
  return {.name = "clusters",
          .placeholder = "",
          .meaning = "also look for kinds of explanations: images whose maps have one shape",
          .default_text = "off",
          .set =
              [&finds_clusters](Options&, const GivenValue& given, const std::string& meaning) {
                static const std::vector<std::string> valid = {"on", "off"};
                finds_clusters = parse_choice(given, meaning, valid) == 0;
              },
          .get = {}};
}

/// The options that csm_test takes.
OptionTable test_table(bool& finds_clusters) {
  std::vector<OptionEntry> entries = {clusters_entry(finds_clusters)};
  const OptionTable all({});
  for (const std::string_view name : taken_options) {
    OptionEntry entry = *all.find(std::string(name));
    for (const OtherMeaning& other : other_meanings) {
      if (other.name != name) continue;
      entry.placeholder = other.placeholder;
      entry.meaning = other.meaning;
    }
    entries.push_back(std::move(entry));
  }
  return OptionTable::of(std::move(entries));
}

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
    if (given && !given->text.empty()) entry->set(options, *given, entry->meaning);
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

/// Errors: InputError for an option of csm_mpi that has no place here.
void reject_run_options(std::span<const std::string> arguments, const OptionTable& taken) {
  const OptionTable all({});
  for (const std::string& argument : arguments) {
    if (!argument.starts_with("--")) continue;
    const std::string name = argument.substr(2, argument.find('=') - 2);
    if (all.find(name) == nullptr || taken.find(name) != nullptr) continue;
    throw InputError({"csm_test takes no --" + name, "it is an option of csm_mpi, for a new run",
                      "Valid: --" + join(taken.names(), ", --") + "."});
  }
}

/// Errors: InputError for options that would change nothing.
void check_given(const std::vector<GivenValue>& given, const Options& options,
                 const std::vector<std::string>& columns) {
  const auto is_given = [&](const std::string& name) {
    return std::any_of(given.begin(), given.end(),
                       [&](const GivenValue& one) { return one.name == name; });
  };
  const InferenceOptions& inference = options.inference;
  if (is_given("group-by") && is_given("pair-by") && !inference.pair_by.empty() &&
      options.saliency.group_by != no_groups) {
    throw InputError({"--group-by and --pair-by are both given",
                      "the groups of one column are compared, or its values within persons",
                      "Leave out one of them."});
  }
  if (inference.permutations < 1) {
    throw InputError({"--permutations is 0", "without exchanges nothing can be told from chance",
                      "Give --permutations 1000."});
  }
  if (columns.empty()) {
    for (const std::string name : {"permutations", "permute-within"}) {
      if (!is_given(name) || (name == "permute-within" && inference.permute_within.empty()))
        continue;
      throw InputError({"--" + name + " is given without --group-by or --pair-by",
                        "persons are exchanged between groups, and no column of groups is named",
                        "Add --group-by COLUMN, or remove it."});
    }
  }
  if (is_given("permute-within")) require_no_strata_of_pairs(inference);
}

/// The columns whose groups are compared. Errors: InputError.
std::vector<std::string> columns_of(const std::vector<GivenValue>& given, const Options& options) {
  if (!options.inference.pair_by.empty()) return {options.inference.pair_by};
  const bool is_given = std::any_of(given.begin(), given.end(),
                                    [](const GivenValue& one) { return one.name == "group-by"; });
  if (!is_given || options.saliency.group_by == no_groups) return {};
  std::vector<std::string> columns = split(options.saliency.group_by, ',');
  require_distinct(columns);
  return columns;
}

/// Where the findings go. Errors: InputError for a name that is not one of HDF5.
std::filesystem::path output_of(const TestCommand& command) {
  std::filesystem::path output = command.options.output.output;
  if (output.empty()) {
    output = command.result;
    return output.replace_extension(".findings.h5");
  }
  const std::string ending = output.extension().string();
  if (ending != ".h5" && ending != ".hdf5") {
    throw InputError({"--output is '" + output.string() + "'",
                      "the findings are an HDF5 file, beside which their figures are written",
                      "Give a name that ends with .h5."});
  }
  return output;
}

}  // namespace

TestCommand parse_test_command(
    std::span<const std::string> arguments,
    const std::function<std::vector<RecordedOption>(const std::filesystem::path&)>&
        recorded_options) {
  TestCommand command;
  const OptionTable table = test_table(command.finds_clusters);
  reject_run_options(arguments, table);
  const SplitLine line = split_command_line(arguments, table, test_program());
  const auto asks_for = [&](const std::string& name) {
    return std::any_of(line.values.begin(), line.values.end(),
                       [&](const GivenValue& given) { return given.name == name; });
  };
  command.prints_help = asks_for("help");
  command.prints_version = asks_for("version");
  if (command.prints_help || command.prints_version) return command;
  if (line.file.empty()) {
    throw InputError({"no result file is given", "csm_test tests the maps that one holds",
                      "Write csm_test RESULT.h5 --group-by COLUMN; csm_test --help tells more."});
  }
  command.result = line.file;

  // The result's own options, then those of the command line.
  take_recorded(recorded_options(command.result), OptionTable({}), command.options);
  for (const GivenValue& given : line.values)
    set_option(command.options, given, *table.find(given.name));
  command.columns = columns_of(line.values, command.options);
  check_given(line.values, command.options, command.columns);
  command.output = output_of(command);
  return command;
}

std::string test_help_text() {
  std::string text =
      "usage: csm_test RESULT.h5 [--group-by COLUMN[,COLUMN...]] [--option VALUE ...]\n\n"
      "Tests how the maps of groups of images differ, in a result that csm_mpi has written with\n"
      "--save-cis, without a new run: mpirun -n 8 csm_test gender.h5 --group-by sex,age_band\n"
      "Without a column: how sure the map itself is, also of some images: --where sex=female\n"
      "Writes RESULT.findings.h5 and prints what holds. What is not given and concerns the data\n"
      "set or the tests is as in the run that made the result; --manifest FILE.csv gives other\n"
      "columns.\n\n";
  bool unused = false;
  const OptionTable table = test_table(unused);
  for (const OptionEntry& entry : table.entries())
    text += help_lines(flag_of(entry), entry.meaning);
  return text + help_lines("--version", "print the version") + help_lines("--help", "print this");
}

}  // namespace csm
