#pragma once
#include <mutex>
#include <string>

namespace csm {

/// Catches what image libraries print on the standard error stream while it lives: libjpeg, libpng
/// and libtiff print their warnings there, and through OpenCV nothing else can be set. Lines of
/// others are passed on at the end. One at a time in a process; a second one waits.
class QuietStderr {
 public:
  QuietStderr();
  ~QuietStderr();
  QuietStderr(const QuietStderr&) = delete;
  QuietStderr& operator=(const QuietStderr&) = delete;

  /// Puts the stream back and returns what was caught of the image libraries.
  std::string finish();

 private:
  std::unique_lock<std::mutex> lock_;
  int saved_ = -1;     ///< file descriptor of the real stream; -1 if nothing is caught
  int catching_ = -1;  ///< file descriptor of the memory file
};

}  // namespace csm
