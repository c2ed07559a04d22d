#include "fixed_point.h"

#include <string>

#include "csm/core/error.h"

namespace csm {

void throw_out_of_range(double value) {
  throw RunError(
      {"a value of " + std::to_string(value) + " is out of the range of the exact sums (2^18)",
       "the sums of many maps would overflow",
       "Use --confidence probability, or scale the model's logits."});
}

void throw_sum_overflow() {
  throw RunError({"the exact sum of the maps overflows 64 bits",
                  "the drops are too large for this number of images",
                  "Use --confidence probability, or --limit with fewer images."});
}

double from_fixed_value(std::int64_t sum) {
  return std::ldexp(static_cast<double>(sum), -value_bits);
}

double from_fixed_square(FixedSquare sum) {
  return std::ldexp(static_cast<double>(sum.high), 32 - square_bits) +
         std::ldexp(static_cast<double>(sum.low), -square_bits);
}

}  // namespace csm
