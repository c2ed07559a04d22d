#pragma once
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace csm {

/// Makes a file with this text, unless there is one: by a hard link to a finished file, so that
/// nobody ever reads half of it, and on file systems without links by O_EXCL. Returns whether it
/// was made. Errors: std::system_error.
bool create_once(const std::filesystem::path& path, const std::string& text);

/// As create_once without links.
bool create_once_without_link(const std::filesystem::path& path, const std::string& text);

/// Exchanges a file for one with this text; readers see the one or the other. Errors:
/// std::system_error.
void exchange_file(const std::filesystem::path& path, const std::string& text);

struct LockFile {
  std::string text;
  std::chrono::nanoseconds changed{};  ///< since 1970, by the clock of the file server
};

/// Reads a file anew, also if the system keeps what it read before (NFS); none if there is no such
/// file. Errors: std::system_error.
std::optional<LockFile> read_lock_file(const std::filesystem::path& path);

/// The time of now by the clock of the file server, from a file that is made there and removed.
/// Errors: std::system_error.
std::chrono::nanoseconds server_time(const std::filesystem::path& folder);

/// Gives the file the time of now as its time of change, if it begins with this text. Returns
/// whether it did; none if there is no such file or it cannot be reached.
std::optional<bool> touch_if_own(const std::filesystem::path& path, const std::string& first_line);

/// 32 hexadecimal digits that no other process draws.
std::string draw_token();

}  // namespace csm
