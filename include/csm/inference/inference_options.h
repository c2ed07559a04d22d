#pragma once
#include <cstdint>
#include <string>

namespace csm {

/// The value of --exchange-by that is not a column: each image is a person.
inline constexpr const char* exchange_images = "image";

/// How differences between groups of images are tested.
struct InferenceOptions {
  std::int64_t permutations = 1000;  ///< --permutations; 0: differences are not tested
  std::string exchange_by;     ///< --exchange-by image|COLUMN: images of one value are one person;
                               ///< empty: the column identity, if it names persons
  std::string permute_within;  ///< --permute-within COLUMN: only persons of one value change places
  std::string pair_by;  ///< --pair-by COLUMN: compare its values within each person; else empty
};

}  // namespace csm
