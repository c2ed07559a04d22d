#include "csm/saliency/fixed_cis.h"

#include "csm/core/error.h"
#include "fixed_point.h"

namespace csm {

FixedCis::FixedCis(const CisMap& cis) : size(cis.values.height()) {
  CSM_EXPECT(cis.values.width() == size && cis.count.size() == cis.values.size());
  std::uint32_t q = 0;
  for (const std::int32_t count : cis.count.values()) {
    if (count > 0) pixel.push_back(q);
    ++q;
  }
  value.reserve(pixel.size());
  square_high.reserve(pixel.size());
  square_low.reserve(pixel.size());
  for (const std::uint32_t painted : pixel) {
    const double drop = cis.values[painted];
    const FixedSquare square = to_fixed_square(drop);
    value.push_back(to_fixed_value(drop));
    square_high.push_back(square.high);
    square_low.push_back(square.low);
  }
}

}  // namespace csm
