#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace csm {

/// One regular file in a tar file.
struct TarEntry {
  std::string name;
  std::int64_t offset = 0;  ///< of its first byte
  std::int64_t size = 0;    ///< [bytes]
};

/// Reads the headers of a tar file from its begin to its end: POSIX ustar with pax headers, GNU
/// long names and sizes.
///
/// A reader of our own: images are read later, in random order, by pread, so what is needed of a
/// tar file is where each member's bytes begin. libarchive reads as a stream and does not promise
/// that number. Small members are read over in large pieces, large ones are skipped, so a shard
/// costs few system calls.
class TarReader {
 public:
  /// Errors: InputError if the file cannot be read, is empty or is compressed.
  explicit TarReader(const std::filesystem::path& file);
  ~TarReader();
  TarReader(const TarReader&) = delete;
  TarReader& operator=(const TarReader&) = delete;

  /// The next regular file; folders and the like are left out; none at the end mark.
  /// Errors: InputError with the file and the offset if a header is damaged, the file is cut off,
  /// or a member is a sparse file, a link, or goes on in another volume.
  std::optional<TarEntry> next();

  /// The bytes of a member. Errors: InputError above 1 MiB, which no label has.
  std::string content(const TarEntry& entry);

  /// The first n bytes of a member, or all if it has fewer.
  std::string begin_of(const TarEntry& entry, std::int64_t n);

 private:
  std::string_view view(std::int64_t offset, std::int64_t size);
  [[noreturn]] void fail(std::int64_t offset, const std::string& what,
                         const std::string& advice) const;
  void read_pax(std::string_view records, std::int64_t offset);

  std::filesystem::path file_;
  int descriptor_ = -1;
  std::int64_t file_size_ = 0;
  std::int64_t at_ = 0;  ///< of the next header
  std::string window_;   ///< a part of the file
  std::int64_t window_at_ = 0;
  std::string next_name_;                  ///< of a header before the member's own
  std::optional<std::int64_t> next_size_;  ///< the same
};

}  // namespace csm
