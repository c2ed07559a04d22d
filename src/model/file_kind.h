#pragma once
#include <filesystem>
#include <string>

namespace csm {

/// What a file that is not a TorchScript file is, by its content, as the rest of a sentence ("is an
/// ONNX file"), and what to do with it; both empty if nothing is known of it.
/// scripts/csm/export/file_kind.py keeps the same rules.
struct FileKind {
  std::string words;
  std::string advice;
  bool is_compiled = false;  ///< a program that AOTInductor compiled (.pt2)
};

/// Errors: none; a file that cannot be read is of no known kind.
FileKind find_file_kind(const std::filesystem::path& path);

}  // namespace csm
