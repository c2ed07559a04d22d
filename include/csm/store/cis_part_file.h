#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "csm/core/grid.h"

namespace csm {

/// The first bytes of a part file: what a checkpoint or the end of the loop vouches for. What
/// follows them was written by a rank that was ended in the middle, and is not read.
struct CisPart {
  std::filesystem::path path;
  std::int64_t n_bytes = 0;
};

/// One rank's CIS maps on disk while the run goes on, for --save-cis and for tests of groups:
/// nothing but the current map is in memory. The file is only ever appended to, one record a map
/// (position in the seeded order, length, the map as HDF5's shuffle and deflate filters make it),
/// so that a process killed at any moment leaves all records but the last one whole.
class CisPartFile {
 public:
  /// Creates (truncates) the file, and its folder. Errors: RunError with the path and the system's
  /// reason.
  CisPartFile(const std::filesystem::path& path, int size);
  ~CisPartFile();
  CisPartFile(CisPartFile&&) noexcept;
  CisPartFile& operator=(CisPartFile&&) noexcept;

  /// Adds the map of one image. @pre cis has shape (S x S)
  void append(std::int64_t order, const Grid<float>& cis);

  /// Hands all maps so far to the disk and returns the part that they make. Errors: as the
  /// constructor's.
  CisPart sync();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Calls take(order, map) for each map of a part whose position in the seeded order is wanted; one
/// map is in memory at a time. @param size S of the maps (S x S)
/// Errors: RunError if the part is damaged.
void read_part_maps(const CisPart& part, int size,
                    const std::function<bool(std::int64_t)>& is_wanted,
                    const std::function<void(std::int64_t, const Grid<float>&)>& take);

}  // namespace csm
