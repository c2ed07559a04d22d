#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "csm/model/device.h"

namespace csm {

/// What csm_engine_bench was told.
struct BenchOptions {
  std::filesystem::path model;
  std::vector<std::string> engines;
  ComputeDevice device;
  int patch_size = 15;  ///< [px of the input]
  std::string patches;  ///< a number, or a file of places
  int full_patches = 64;
  int batch_size = 32;
  std::optional<std::int64_t> memory_limit;  ///< [MB]; the batch sizes follow from it
  bool uses_best_batch = false;
  bool allows_tf32 = false;
  int n_threads = 1;
  int n_turns = 1;
  std::filesystem::path scores;   ///< empty: not kept
  std::filesystem::path profile;  ///< empty: none
};

/// The text of --help.
extern const char* const bench_usage;

/// Errors: InputError for an unknown option or value, with the valid ones.
BenchOptions parse_bench_options(int argc, const char* const* argv);

}  // namespace csm
