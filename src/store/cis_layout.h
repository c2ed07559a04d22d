#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "csm/core/grid.h"
#include "csm/store/cis_part_file.h"
#include "h5_handle.h"

namespace csm {

/// The creation list of a stack of maps (n x S x S), float32: one chunk is one map, shuffled and
/// compressed.
H5Handle cis_creation_list(hsize_t size);

/// A map as a chunk of such a stack: what HDF5's shuffle and deflate filters would make of it.
std::string compress_map(const Grid<float>& map);

/// The map that compress_map has compressed (S x S). Errors: RunError if it is none.
Grid<float> decompress_map(std::string_view compressed, int size);

/// What precedes each map of a part file.
struct CisRecord {
  std::int64_t order = 0;    ///< position in the seeded order
  std::int64_t n_bytes = 0;  ///< of the compressed map that follows
};

/// Calls take(order, compressed map) for each map of a part whose order is wanted, in the order of
/// the file; one map is in memory at a time. Errors: RunError if the part lacks bytes.
void for_each_record(const CisPart& part, const std::function<bool(std::int64_t)>& is_wanted,
                     const std::function<void(std::int64_t, std::string_view)>& take);

}  // namespace csm
