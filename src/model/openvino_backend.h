#pragma once
#include <filesystem>
#include <memory>

#include "csm/model/backend.h"

namespace csm {

/// Opens a file that OpenVINO reads (.onnx, .tflite, .xml, .pb), with its contract beside it, on
/// this rank's CPU threads, in float32.
/// @param contract a file to take instead of the one beside the model; empty: none
/// Errors: InputError if it cannot be read, has no contract or does not fit it, or if this program
/// was built without OpenVINO.
std::unique_ptr<const ModelBackend> open_openvino_backend(const std::filesystem::path& path,
                                                          const std::filesystem::path& contract);

}  // namespace csm
