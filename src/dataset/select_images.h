#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "csm/dataset/dataset.h"

namespace csm {

/// Takes out of `order` the images that --where does not want. Errors: InputError for a condition
/// that is not COLUMN=VALUE, a column that the data set does not have, or if no image is left.
void keep_where(const Dataset& dataset, const std::string& where, std::vector<std::int64_t>& order);

}  // namespace csm
