#include "bench_options.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "csm/core/error.h"

namespace csm {

const char* const bench_usage =
    "usage: csm_engine_bench MODEL.pt [--engines A,B,...] [--device cpu|cuda] [--patch-size PX]\n"
    "                        [--patches N|FILE] [--full-patches N] [--batch-size N] [--threads N]\n"
    "                        [--turns N] [--memory-limit MB] [--best-batch on|off] [--tf32 "
    "on|off]\n"
    "                        [--scores FILE] [--profile FILE]\n"
    "  --engines       full, incremental, adaptive; gathered: the incremental engine as it runs on "
    "GPUs;\n"
    "                  bfloat16: as --precision bfloat16 computes, with its audit; differences: "
    "the same in\n"
    "                  float32\n"
    "  --patches       a number of places, spread evenly over an ellipse, or a file with a line `x "
    "y` for\n"
    "                  each place: shares of the input's sides; places whose patches are the same "
    "pixels\n"
    "                  count once\n"
    "  --full-patches  how many of them the full engine runs (its time a patch does not depend on "
    "which);\n"
    "                  0: all\n"
    "  --turns         the engines take turns; the first turn warms up and is not printed\n"
    "  --memory-limit  each engine has the batch that csm_mpi would give it with this "
    "--memory-limit\n"
    "  --best-batch    each engine has the fastest batch, found by doubling from --batch-size\n"
    "  --scores        keeps the input, the patches and each engine's scores as a TorchScript "
    "file\n"
    "  --profile       one more turn of the last engine, as a trace of LibTorch's profiler\n"
    "Prints lines of JSON: each engine's time in each turn, the work, and how far the drops of the "
    "engines\n"
    "are apart.\n";

namespace {

using Texts = std::map<std::string, std::string>;

/// What is taken where an option is not given; also the list of the options.
Texts default_texts() {
  return {{"--engines", "full,incremental"},
          {"--device", "cpu"},
          {"--patch-size", "15"},
          {"--patches", "2194"},
          {"--full-patches", "64"},
          {"--batch-size", "32"},
          {"--threads", "1"},
          {"--turns", "1"},
          {"--memory-limit", ""},
          {"--best-batch", "off"},
          {"--tf32", "off"},
          {"--scores", ""},
          {"--profile", ""}};
}

/// Which of two values an option has. Errors: InputError for another.
bool is_first(const Texts& texts, const std::string& option, const std::string& first,
              const std::string& second) {
  const std::string& value = texts.at(option);
  if (value != first && value != second)
    throw InputError({option + " is '" + value + "'", "", "Valid: " + first + ", " + second + "."});
  return value == first;
}

/// Errors: InputError for a text that is not a whole number from `least` on.
int number_of(const Texts& texts, const std::string& option, int least) {
  const std::string& value = texts.at(option);
  const bool is_number = !value.empty() && value.size() < 8 &&
                         value.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number || std::stoi(value) < least)
    throw InputError({option + " is '" + value + "'", "",
                      "Valid: a whole number from " + std::to_string(least) + " on."});
  return std::stoi(value);
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

}  // namespace

BenchOptions parse_bench_options(int argc, const char* const* argv) {
  if (argc < 2) throw InputError(std::string("a model file and pairs of options are needed"));
  if (std::string(argv[1]).starts_with("-")) {
    throw InputError({"'" + std::string(argv[1]) + "' comes before the model file", "",
                      "Write csm_engine_bench MODEL.pt --option VALUE; without arguments it lists "
                      "its options."});
  }
  Texts texts = default_texts();
  std::set<std::string> given;
  for (int i = 2; i < argc; i += 2) {
    const std::string option = argv[i];
    if (!texts.contains(option))
      throw InputError({"unknown option '" + option + "'", "",
                        "csm_engine_bench without arguments lists its options."});
    if (i + 1 == argc)
      throw InputError({option + " has no value", "", "Write " + option + " VALUE."});
    if (!given.insert(option).second)
      throw InputError(
          {option + " is given twice", "only one value can hold", "Remove one of them."});
    texts[option] = argv[i + 1];
  }
  BenchOptions options{.model = argv[1],
                       .engines = split_at_commas(texts.at("--engines")),
                       .device = {.is_cuda = !is_first(texts, "--device", "cpu", "cuda")},
                       .patch_size = number_of(texts, "--patch-size", 1),
                       .patches = texts.at("--patches"),
                       .full_patches = number_of(texts, "--full-patches", 0),
                       .batch_size = number_of(texts, "--batch-size", 1),
                       .memory_limit = std::nullopt,
                       .uses_best_batch = is_first(texts, "--best-batch", "on", "off"),
                       .allows_tf32 = is_first(texts, "--tf32", "on", "off"),
                       .n_threads = number_of(texts, "--threads", 1),
                       .n_turns = number_of(texts, "--turns", 0),
                       .scores = texts.at("--scores"),
                       .profile = texts.at("--profile")};
  if (!texts.at("--memory-limit").empty())
    options.memory_limit = number_of(texts, "--memory-limit", 1);
  return options;
}

}  // namespace csm
