#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "csm/core/grid.h"
#include "csm/saliency/canonical_map.h"
#include "csm/saliency/fixed_cis.h"

namespace csm {

/// The exact sums of one CMS: of CIS, of CIS squared, and n(q). Adding is exact, so the order of
/// images does not matter.
class MapSums {
 public:
  explicit MapSums(int size);

  /// Adds the CIS of one image where it is painted.
  void add(const FixedCis& cis);

  /// The CMS and its standard error, Eq. (6). Errors: none.
  CanonicalMap to_map() const;

  /// The buffers in a fixed order, for a collective sum of whole numbers.
  std::vector<std::span<std::int64_t>> buffers();

 private:
  int size_;
  std::vector<std::int64_t> value_;        ///< S x S, units of 2^-36
  std::vector<std::int64_t> square_high_;  ///< S x S
  std::vector<std::int64_t> square_low_;   ///< S x S
  std::vector<std::int64_t> count_;        ///< S x S
  std::vector<std::int64_t> n_images_{0};
};

}  // namespace csm
