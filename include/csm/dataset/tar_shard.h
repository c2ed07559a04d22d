#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

namespace csm {

/// A tar file that images are read from at known places. Opened at the first read and kept open, so
/// that an image costs one read and no search of its name; from any thread.
class TarShard {
 public:
  explicit TarShard(std::filesystem::path path) : path_(std::move(path)) {}
  ~TarShard();
  TarShard(const TarShard&) = delete;
  TarShard& operator=(const TarShard&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// The bytes from `offset` on. Errors: ImageError "cannot be read" if the file cannot be opened
  /// or is shorter than when it was listed.
  std::vector<std::uint8_t> read(std::int64_t offset, std::int64_t size) const;

 private:
  std::filesystem::path path_;
  mutable std::mutex mutex_;
  mutable int descriptor_ = -1;  ///< -1: not open
};

/// Where an image lies in a shard.
struct TarMember {
  std::shared_ptr<const TarShard> shard;  ///< none: the image is a file of its own
  std::int64_t offset = 0;                ///< of its first byte
  std::int64_t size = 0;                  ///< [bytes]
};

}  // namespace csm
