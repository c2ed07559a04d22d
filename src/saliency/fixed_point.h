#pragma once
#include <cmath>
#include <cstdint>

namespace csm {

/// Sums in fixed point: whole numbers add up to the same bits in every order, so the result does
/// not depend on ranks or schedule.
inline constexpr int value_bits =
    36;  ///< a sum of values counts units of 2^-36; its range is +-2^27
inline constexpr int square_bits =
    56;  ///< a sum of squares counts units of 2^-56 in two limbs of 32 bits

/// Errors of the functions below.
[[noreturn]] void throw_out_of_range(double value);
[[noreturn]] void throw_sum_overflow();

inline void require_in_range(double value) {
  if (!(std::abs(value) <= 0x1.0p18)) throw_out_of_range(value);
}

/// A value in units of 2^-36, rounded to the nearest, halves away from zero. Errors: RunError if
/// |value| > 2^18 or it is not finite: a map with such drops would overflow.
inline std::int64_t to_fixed_value(double value) {
  require_in_range(value);
  const double scaled = value * 0x1.0p36;
  // As std::llround, which is a call into the mathematical library for each of a map's pixels.
  const auto whole = static_cast<std::int64_t>(scaled);
  const double rest = scaled - static_cast<double>(whole);
  return whole + int{rest >= 0.5} - int{rest <= -0.5};
}
double from_fixed_value(std::int64_t sum);

/// A square in units of 2^-56 = high * 2^32 + low with 0 <= low < 2^32. The limbs are added apart;
/// 2^31 images fit.
struct FixedSquare {
  std::int64_t high = 0;
  std::int64_t low = 0;
};
inline FixedSquare to_fixed_square(double value) {
  require_in_range(value);
  // 2^36 * 2^24 = 2^60 at most: fits the high limb.
  const double scaled = value * value * 0x1.0p24;
  const auto high = static_cast<std::int64_t>(scaled);
  return {.high = high,
          .low = static_cast<std::int64_t>((scaled - static_cast<double>(high)) * 0x1.0p32)};
}
double from_fixed_square(FixedSquare sum);

/// a + b. Errors: RunError on overflow.
inline std::int64_t add_exact(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) throw_sum_overflow();
  return sum;
}

}  // namespace csm
