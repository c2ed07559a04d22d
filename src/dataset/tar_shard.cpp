#include "csm/dataset/tar_shard.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "csm/core/error.h"

namespace csm {
namespace {

/// Descriptors above are closed after the read: a process has about a thousand of them, and a data
/// set can have more shards.
constexpr int highest_kept_descriptor = 500;

}  // namespace

TarShard::~TarShard() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::vector<std::uint8_t> TarShard::read(std::int64_t offset, std::int64_t size) const {
  const std::lock_guard lock(mutex_);
  if (descriptor_ < 0) descriptor_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0)
    throw ImageError("cannot be read", "'" + path_.string() + "': " + std::strerror(errno));
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  std::size_t n_read = 0;
  ssize_t n = 1;
  while (n_read < bytes.size() && n > 0) {
    n = pread(descriptor_, bytes.data() + n_read, bytes.size() - n_read,
              offset + static_cast<off_t>(n_read));
    if (n < 0 && errno == EINTR)
      n = 1;
    else if (n > 0)
      n_read += static_cast<std::size_t>(n);
  }
  const int error = n < 0 ? errno : 0;
  if (descriptor_ > highest_kept_descriptor) close(std::exchange(descriptor_, -1));
  if (error != 0)
    throw ImageError("cannot be read", "'" + path_.string() + "': " + std::strerror(error));
  if (n_read < bytes.size()) {
    throw ImageError("cannot be read",
                     "'" + path_.string() + "' ends before byte " + std::to_string(offset + size));
  }
  if (bytes.empty()) throw ImageError("is empty", "the member has 0 bytes");
  return bytes;
}

}  // namespace csm
