#pragma once
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace csm {

/// Makes LibTorch's kernels deterministic and its float32 products exact (no TF32), and memory be
/// kept for the next batch: settings of the process, whatever ranks are threads of it. Call once,
/// before the first forward.
void configure_compute();

/// Sets LibTorch's threads of one operation, for the thread that calls.
void set_compute_threads(int n_threads);

/// Both, for a process of one rank.
void configure_compute(int n_threads);

/// What is set, read back from LibTorch, as (name, value) for the result file.
std::vector<std::pair<std::string, std::string>> compute_settings();

/// The version of LibTorch.
std::string torch_version();

/// Starts a thread whose networks run on one core each, and whose warnings go where those of this
/// thread go. This thread keeps its number of threads of an operation.
/// @pre configure_compute was called, if it is called at all
std::thread start_compute_thread(std::function<void()> work);

}  // namespace csm
