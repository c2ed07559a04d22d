#pragma once
#include <filesystem>
#include <functional>

namespace csm {

/// Runs the work under LibTorch's profiler and writes the trace (Chrome's JSON): operators, and on
/// a GPU its kernels and copies.
void profile_work(const std::filesystem::path& path, bool has_cuda,
                  const std::function<void()>& work);

}  // namespace csm
