#pragma once
#include <cstdint>
#include <filesystem>
#include <string_view>

namespace csm {

/// The one owner of a file that is written from its beginning to its end, without HDF5. Every error
/// is a std::system_error with the system's message; the caller adds what was to be written and why
/// it matters.
class PlainFile {
 public:
  /// Creates the file, or empties an old one.
  explicit PlainFile(const std::filesystem::path& path);
  ~PlainFile();
  PlainFile(PlainFile&& other) noexcept;
  PlainFile& operator=(PlainFile&&) = delete;
  PlainFile(const PlainFile&) = delete;
  PlainFile& operator=(const PlainFile&) = delete;

  void append(std::string_view bytes);

  /// The bytes that were appended.
  std::int64_t size() const { return size_; }

  /// Hands all bytes from the system to the disk.
  void sync();

  /// As sync(), and closes.
  void close();

 private:
  int descriptor_ = -1;
  std::int64_t size_ = 0;
};

/// The name that a result file has until it is whole.
std::filesystem::path partial_path(const std::filesystem::path& path);

/// Makes a rename or a removal in a folder last beyond a power cut; file systems that cannot are
/// left alone.
void sync_folder(const std::filesystem::path& folder);

}  // namespace csm
