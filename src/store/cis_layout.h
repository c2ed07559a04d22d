#pragma once
#include <cstdint>
#include <string>

#include "csm/core/grid.h"
#include "h5_handle.h"

namespace csm {

/// The creation list of a stack of maps (n x S x S), float32: one chunk is one map, shuffled and
/// compressed.
H5Handle cis_creation_list(hsize_t size);

/// A map as a chunk of such a stack: what HDF5's shuffle and deflate filters would make of it.
std::string compress_map(const Grid<float>& map);

/// What precedes each map of a part file.
struct CisRecord {
  std::int64_t order = 0;    ///< position in the seeded order
  std::int64_t n_bytes = 0;  ///< of the compressed map that follows
};

}  // namespace csm
