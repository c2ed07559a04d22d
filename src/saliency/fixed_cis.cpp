#include "csm/saliency/fixed_cis.h"

#include "csm/core/error.h"
#include "fixed_point.h"

namespace csm {

FixedCis::FixedCis(const CisMap& cis) : size(cis.values.height()) {
  CSM_EXPECT(cis.values.width() == size && cis.count.size() == cis.values.size());
  const std::vector<std::int32_t>& count = cis.count.values();
  for (std::size_t q = 0; q < count.size(); ++q) {
    if (count[q] > 0) pixel.push_back(static_cast<std::uint32_t>(q));
  }
  value.reserve(pixel.size());
  square_high.reserve(pixel.size());
  square_low.reserve(pixel.size());
  for (const std::uint32_t q : pixel) {
    const double drop = cis.values.values()[q];
    const FixedSquare square = to_fixed_square(drop);
    value.push_back(to_fixed_value(drop));
    square_high.push_back(square.high);
    square_low.push_back(square.low);
  }
}

}  // namespace csm
