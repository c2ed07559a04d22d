#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace csm {

/// The SHA-256 of some bytes as 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

/// The SHA-256 of a file's bytes. Throws InputError where it cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace csm
