#include "csm/saliency/fixed_point.h"

#include <cmath>
#include <string>

#include "csm/core/error.h"

namespace csm {
namespace {

constexpr double largest_value = 0x1.0p18;

void require_in_range(double value) {
  if (!(std::abs(value) <= largest_value)) {
    throw RunError({"a confidence drop of " + std::to_string(value) + " is out of the range of the exact sums (2^18)",
                    "maps of many images would overflow",
                    "Use --confidence probability, or scale the model's logits."});
  }
}

}  // namespace

std::int64_t to_fixed_value(double value) {
  require_in_range(value);
  return std::llround(std::ldexp(value, value_bits));
}

double from_fixed_value(std::int64_t sum) { return std::ldexp(static_cast<double>(sum), -value_bits); }

FixedSquare to_fixed_square(double value) {
  require_in_range(value);
  // 2^36 * 2^24 = 2^60 at most: fits the high limb.
  const double scaled = std::ldexp(value * value, square_bits - 32);
  const double high = std::floor(scaled);
  const double low = std::floor(std::ldexp(scaled - high, 32));
  return {.high = static_cast<std::int64_t>(high), .low = static_cast<std::int64_t>(low)};
}

double from_fixed_square(FixedSquare sum) {
  return std::ldexp(static_cast<double>(sum.high), 32 - square_bits) +
         std::ldexp(static_cast<double>(sum.low), -square_bits);
}

std::int64_t add_exact(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) {
    throw RunError({"the exact sum of the maps overflows 64 bits", "the drops are too large for this number of images",
                    "Use --confidence probability, or --limit with fewer images."});
  }
  return sum;
}

}  // namespace csm
