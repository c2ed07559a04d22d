#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "csm/dataset/dataset.h"

namespace csm {

/// Takes out of `order` the images that --where does not want. Errors: InputError for a condition
/// that is not COLUMN=VALUE, a column that the data set does not have, a value that no image has,
/// or if no image is left. Numbers are compared as numbers: 23 allows 23.0.
void keep_where(const Dataset& dataset, const std::string& where, std::vector<std::int64_t>& order);

}  // namespace csm
