#pragma once
#include <cstdint>

namespace csm {

/// Sums in fixed point: whole numbers add up to the same bits in every order, so the result does not depend on ranks or
/// schedule.
inline constexpr int value_bits = 36;   ///< a sum of values counts units of 2^-36; its range is +-2^27
inline constexpr int square_bits = 56;  ///< a sum of squares counts units of 2^-56 in two limbs of 32 bits

/// A value in units of 2^-36, rounded to the nearest. Errors: RunError where |value| > 2^18 or it is not finite: a map
/// with such drops would overflow.
std::int64_t to_fixed_value(double value);
double from_fixed_value(std::int64_t sum);

/// A square in units of 2^-56 = high * 2^32 + low with 0 <= low < 2^32. The limbs are added apart; 2^31 images fit.
struct FixedSquare {
  std::int64_t high = 0;
  std::int64_t low = 0;
};
FixedSquare to_fixed_square(double value);
double from_fixed_square(FixedSquare sum);

/// a + b. Errors: RunError on overflow.
std::int64_t add_exact(std::int64_t a, std::int64_t b);

}  // namespace csm
