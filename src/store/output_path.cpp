#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

#include "csm/core/error.h"
#include "csm/store/result_file.h"
#include "partial_path.h"

namespace csm {
namespace {

[[noreturn]] void reject_output(const std::filesystem::path& path, const std::string& why, const std::string& advice) {
  throw InputError({"--output is '" + path.string() + "'", why, advice});
}

}  // namespace

std::filesystem::path partial_path(const std::filesystem::path& path) { return path.string() + ".partial"; }

void check_output_path(const std::filesystem::path& path, bool overwrite) {
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    if (!std::filesystem::is_regular_file(path)) {
      reject_output(path, "that is no file but a folder or a device", "Give the name of a file.");
    }
    if (!overwrite) {
      reject_output(path, "the file exists",
                    "Add --overwrite to replace it when the run is done, or give another name.");
    }
  }
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  std::filesystem::create_directories(folder, error);
  if (error)
    reject_output(path, "its folder cannot be made: " + error.message(), "Give a folder that you may write to.");
  // Only the attempt tells: permissions, read-only file systems, full tables and too long names look all the same here.
  const std::filesystem::path probe = partial_path(path);
  const bool is_left_over = std::filesystem::exists(probe, error);
  const int descriptor = ::open(probe.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    reject_output(path, std::string("it cannot be written: ") + std::strerror(errno),
                  "Give a file in a folder that you may write to.");
  }
  ::close(descriptor);
  if (!is_left_over) std::filesystem::remove(probe, error);
}

}  // namespace csm
