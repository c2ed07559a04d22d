#include "quiet_stderr.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace csm {
namespace {

std::mutex& stderr_mutex() {
  static std::mutex mutex;
  return mutex;
}

/// The program's own lines, which another thread may write meanwhile, may hold such text in the
/// name of a file. A code for their colour may come before them.
bool is_of_image_library(std::string_view line) {
  if (line.substr(0, 16).find("csm: ") != std::string_view::npos) return false;
  constexpr std::array<std::string_view, 16> marks = {
      "JPEG", "jpeg",    "Jpeg",   "libpng",  "TIFF",  "tiff", "imdecode_", "OpenCV",
      "PNG",  "Huffman", "marker", "imread_", "grfmt", "webp", "jasper",    "Warning,"};
  for (const std::string_view mark : marks) {
    if (line.find(mark) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

QuietStderr::QuietStderr() : lock_(stderr_mutex()) {
  std::fflush(stderr);
  catching_ = memfd_create("csm_stderr", MFD_CLOEXEC);
  if (catching_ < 0) return;  // without it, the libraries print: no harm to the result
  saved_ = dup(STDERR_FILENO);
  if (saved_ >= 0) dup2(catching_, STDERR_FILENO);
}

QuietStderr::~QuietStderr() {
  try {
    finish();
  } catch (...) {  // no memory for the text: the stream is back already
  }
}

std::string QuietStderr::finish() {
  if (saved_ < 0) {
    if (catching_ >= 0) close(catching_);
    catching_ = -1;
    return {};
  }

  // Standard error is what it was before.
  std::fflush(stderr);
  dup2(saved_, STDERR_FILENO);
  close(saved_);
  saved_ = -1;
  const int source = catching_;
  catching_ = -1;

  // All that was written meanwhile.
  std::string text;
  std::array<char, 4096> buffer{};
  ssize_t n = 0;
  for (off_t at = 0; (n = pread(source, buffer.data(), buffer.size(), at)) > 0; at += n) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  close(source);

  // Lines of the image libraries are the caller's; all others are printed now.
  std::string caught;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    const std::string line = text.substr(begin, end - begin);
    if (is_of_image_library(line)) {
      caught += line;
    } else {
      std::fputs(line.c_str(), stderr);
    }
    begin = end;
  }
  return caught;
}

}  // namespace csm
