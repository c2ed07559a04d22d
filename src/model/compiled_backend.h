#pragma once
#include <filesystem>
#include <memory>

#include "csm/model/backend.h"

namespace csm {

/// Opens a network that AOTInductor compiled (.pt2), with its contract beside it. The file holds
/// native code, which is loaded into this process.
/// @param contract a file to take instead of the one beside the model; empty: none
/// @param device taken if the network was compiled for CUDA; one that was compiled for the CPU
/// computes there
/// Errors: InputError if it cannot be read, has no contract or does not fit it, or was compiled for
/// another device.
std::unique_ptr<const ModelBackend> open_compiled_backend(const std::filesystem::path& path,
                                                          const std::filesystem::path& contract,
                                                          ComputeDevice device);

}  // namespace csm
