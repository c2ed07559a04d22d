#pragma once
#include <filesystem>

namespace csm {

/// The name that a result file has until it is whole.
std::filesystem::path partial_path(const std::filesystem::path& path);

}  // namespace csm
