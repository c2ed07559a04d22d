#pragma once
#include <string>
#include <string_view>

#include "csm/dataset/dataset.h"

namespace csm {

/// Packs a data set, so that one rank lists it and the others receive it: at 200,000 images every
/// rank that lists them itself asks the file system's one metadata server the same questions. What
/// ids and paths share with those before them is left out.
std::string pack_dataset(const Dataset& dataset);

/// @pre bytes are of pack_dataset
Dataset unpack_dataset(std::string_view bytes);

}  // namespace csm
