#pragma once
#include <cstdint>
#include <string>

namespace csm {

/// The value of --exchange-by that is not a column: each image is a person.
inline constexpr const char* exchange_images = "image";

/// Draws of the persons for intervals: fewer would make bands for all places at once too narrow,
/// and their distances would not fit in one message from about 5,000 on.
inline constexpr std::int64_t resamples_of_intervals = 999;

/// How differences between groups of images are tested.
struct InferenceOptions {
  std::int64_t permutations = 1000;  ///< --permutations; 0: neither tests nor intervals
  std::string exchange_by;     ///< --exchange-by image|COLUMN: images of one value are one person;
                               ///< empty: the column identity, if it names persons
  std::string permute_within;  ///< --permute-within COLUMN: only persons of one value change places
  std::string pair_by;  ///< --pair-by COLUMN: compare its values within each person; else empty
};

}  // namespace csm
