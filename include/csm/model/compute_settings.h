#pragma once
#include <string>
#include <utility>
#include <vector>

namespace csm {

/// Sets LibTorch's threads of one operation and makes its kernels deterministic and its float32 products exact (no
/// TF32); call once, before the first forward.
void configure_compute(int n_threads);

/// What is set, read back from LibTorch, as (word, value) for the result file.
std::vector<std::pair<std::string, std::string>> compute_settings();

/// The version of LibTorch.
std::string torch_version();

}  // namespace csm
