#include "lock_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <random>
#include <string_view>
#include <system_error>

namespace csm {
namespace {

[[noreturn]] void fail(int number = errno) {
  throw std::system_error(number, std::generic_category());
}

std::chrono::nanoseconds change_of(const struct stat& status) {
  return std::chrono::seconds(status.st_mtim.tv_sec) +
         std::chrono::nanoseconds(status.st_mtim.tv_nsec);
}

/// An open file, closed with the object.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }

  /// Up to n bytes from the current position.
  std::string read(std::size_t n) const {
    std::string bytes;
    std::array<char, 4096> chunk{};
    while (bytes.size() < n) {
      const ssize_t got = ::read(number_, chunk.data(), std::min(chunk.size(), n - bytes.size()));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail();
      if (got == 0) break;
      bytes.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return bytes;
  }

 private:
  int number_;
};

bool has_no_links(int number) {
  return number == EPERM || number == ENOTSUP || number == EOPNOTSUPP || number == ENOSYS ||
         number == EMLINK || number == EINVAL;
}

/// A file of its own name beside a path, removed with the object.
class NewFile {
 public:
  NewFile(const std::filesystem::path& beside, const std::string& text)
      : path_(beside.parent_path() /
              ("." + beside.filename().string() + "." + draw_token().substr(0, n_digits))) {
    create_once_without_link(path_, text);
  }
  ~NewFile() { remove(); }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

  struct stat status() const {
    struct stat found {};
    if (::stat(path_.c_str(), &found) != 0) fail();
    return found;
  }

 private:
  static constexpr std::size_t n_digits =
      8;  // the name must not get longer than those of the pictures

  void remove() const noexcept { ::unlink(path_.c_str()); }

  std::filesystem::path path_;
};

}  // namespace

// Nothing is flushed to the disk: whoever reads a lock after a power cut finds its owner dead
// either way, and a file of its own name would be left more often by who is killed at the wrong
// moment.
bool create_once_without_link(const std::filesystem::path& path, const std::string& text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.get() < 0 && errno == EEXIST) return false;
  if (file.get() < 0) fail();
  std::size_t n_written = 0;
  while (n_written < text.size()) {
    const ssize_t n = ::write(file.get(), text.data() + n_written, text.size() - n_written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int number = errno;
      ::unlink(path.c_str());
      fail(number);
    }
    n_written += static_cast<std::size_t>(n);
  }
  return true;
}

bool create_once(const std::filesystem::path& path, const std::string& text) {
  const NewFile file(path, text);
  if (::link(file.path().c_str(), path.c_str()) == 0) return true;
  const int number = errno;
  // Over NFS the answer of a link that was made can get lost, and the second try finds the first
  // one's.
  if (file.status().st_nlink == 2) return true;
  if (number == EEXIST) return false;
  if (has_no_links(number)) return create_once_without_link(path, text);
  fail(number);
}

void exchange_file(const std::filesystem::path& path, const std::string& text) {
  const NewFile file(path, text);
  if (::rename(file.path().c_str(), path.c_str()) != 0) fail();
}

std::optional<LockFile> read_lock_file(const std::filesystem::path& path) {
  // Opening, unlike stat, makes an NFS client ask the server.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0 && (errno == ENOENT || errno == ESTALE)) return std::nullopt;
  if (file.get() < 0) fail();
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail();
  constexpr std::size_t longest = std::size_t{1} << 24U;
  return LockFile{.text = file.read(longest), .changed = change_of(status)};
}

std::chrono::nanoseconds server_time(const std::filesystem::path& folder) {
  return change_of(NewFile(folder / "csm.time", "").status());
}

std::optional<bool> touch_if_own(const std::filesystem::path& path, const std::string& first_line) {
  try {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) return std::nullopt;
    if (file.read(first_line.size()) != first_line) return false;
    // No time given: the server takes its own clock's.
    return futimens(file.get(), nullptr) == 0 ? std::optional(true) : std::nullopt;
  } catch (const std::system_error&) {
    return std::nullopt;
  }
}

std::string draw_token() {
  std::random_device random;
  std::string token;
  constexpr std::string_view digits = "0123456789abcdef";
  for (int i = 0; i < 32; ++i) token += digits[random() % digits.size()];
  return token;
}

}  // namespace csm
