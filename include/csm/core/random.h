#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace csm {

/// SplitMix64 (Steele, Lea, Flood 2014): a small generator whose numbers are the same on every
/// platform.
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();

  /// An unbiased whole number in [0, bound). @pre bound > 0
  std::uint64_t below(std::uint64_t bound);

  /// A number in [0, 1).
  double uniform();

 private:
  std::uint64_t state_;
};

/// A seed for one item: a function of the run's seed and the item's name only, so that ranks do not
/// matter.
std::uint64_t seed_of(std::uint64_t seed, std::string_view name);

/// A random order of 0..n-1 (Fisher-Yates), a function of n and the seed only.
std::vector<std::int64_t> seeded_permutation(std::int64_t n, std::uint64_t seed);

}  // namespace csm
