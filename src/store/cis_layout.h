#pragma once
#include "h5_handle.h"

namespace csm {

/// The creation list of a stack of maps (n x S x S), float32: one chunk is one map, shuffled and compressed, so that
/// chunks move between files as they are.
H5Handle cis_creation_list(hsize_t size);

}  // namespace csm
