#pragma once
#include <compare>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace csm {

/// Which checkpoint a file is. A run and each of its restarts is an attempt; every rank of an
/// attempt writes its own files, one after another.
struct CheckpointName {
  std::int64_t attempt = 0;     ///< from 1
  std::int64_t rank = 0;        ///< of the attempt
  std::int64_t generation = 0;  ///< from 1
  auto operator<=>(const CheckpointName&) const = default;
};

/// The file of a checkpoint in its folder: "2-13-4.checkpoint".
std::filesystem::path checkpoint_path(const std::filesystem::path& folder, CheckpointName name);

/// The checkpoints in a folder, ascending; none if there is no such folder. Other files are left
/// alone. Errors: RunError if the folder cannot be read.
std::vector<CheckpointName> list_checkpoints(const std::filesystem::path& folder);

/// A checkpoint file that cannot be trusted; what() is the reason.
class DamagedCheckpoint : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writes one checkpoint: magic and format version, the bytes, and at the end the SHA-256 of all
/// before it, so that a cut or changed file is found. The format is our own, not HDF5: a checkpoint
/// is written in one sweep by whatever thread a signal finds, without the library's global state;
/// nothing but this program reads it; and HDF5 finds damage in data sets with checksums only. The
/// file has another name until commit(), which flushes, renames, and flushes the folder: at every
/// moment a checkpoint is whole or absent. Numbers are in the byte order of the machine; the
/// version is read as another one where it differs.
class CheckpointWriter {
 public:
  /// @param path as checkpoint_path gives it; its folder is made if it is missing
  explicit CheckpointWriter(const std::filesystem::path& path);

  /// Removes what was written without commit().
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  void put(std::string_view bytes);

  /// Errors, here and before: RunError with the path and the system's reason (full disk).
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The bytes that were put into a checkpoint. Errors: DamagedCheckpoint if it is cut, changed, of
/// another version, or cannot be read.
std::string read_checkpoint(const std::filesystem::path& path);

}  // namespace csm
