#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "image_format.h"

namespace csm {

/// What a file is to a data set.
enum class FileUse {
  image,        ///< one that can be decoded
  passed_over,  ///< an image, or something that holds images, which cannot be used as it is
  companion,    ///< labels, meshes, notes: no image is missed
};

struct FileKind {
  FileUse use = FileUse::companion;
  std::string name;    ///< "HEIC", "video", ".csv": files are counted by it
  std::string advice;  ///< what to do with one that is passed over, a sentence; may be empty
};

/// The kind of a file by its ending alone; none if its content must be looked at: no ending, an
/// unknown one, or one of a format that this program may or may not decode.
std::optional<FileKind> kind_of_ending(const std::filesystem::path& name);

/// The kind by its first bytes of a file whose ending is not enough. @param begin its first
/// n_format_bytes, or all
FileKind kind_of_content(const std::filesystem::path& name, std::span<const std::uint8_t> begin);

/// What a file is: by its ending, or if that is not enough, by its first bytes, for which it is
/// opened.
FileKind kind_of_file(const std::filesystem::path& path);

}  // namespace csm
