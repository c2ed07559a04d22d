#include "quiet_stderr.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <sstream>
#include <string_view>

namespace csm {
namespace {

std::mutex& stderr_mutex() {
  static std::mutex mutex;
  return mutex;
}

bool is_of_image_library(std::string_view line) {
  constexpr std::array<std::string_view, 16> marks = {"JPEG",      "jpeg",   "Jpeg",   "libpng",  "TIFF",   "tiff",
                                                      "imdecode_", "OpenCV", "PNG",    "Huffman", "marker", "imread_",
                                                      "grfmt",     "webp",   "jasper", "Warning,"};
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
  std::fflush(stderr);
  dup2(saved_, STDERR_FILENO);
  close(saved_);
  saved_ = -1;
  const int source = catching_;
  catching_ = -1;
  std::string text;
  std::array<char, 4096> buffer{};
  ssize_t n = 0;
  for (off_t at = 0; (n = pread(source, buffer.data(), buffer.size(), at)) > 0; at += n) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  close(source);
  std::string caught;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (is_of_image_library(line)) {
      caught += line + "\n";
    } else if (!line.empty()) {
      std::fprintf(stderr, "%s\n", line.c_str());
    }
  }
  return caught;
}

}  // namespace csm
