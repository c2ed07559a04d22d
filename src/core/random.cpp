#include "csm/core/random.h"

#include <limits>
#include <numeric>
#include <utility>

#include "csm/core/error.h"

namespace csm {

std::uint64_t SplitMix64::next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

std::uint64_t SplitMix64::below(std::uint64_t bound) {
  CSM_EXPECT(bound > 0);
  const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() / bound * bound;
  std::uint64_t value = next();
  while (value >= limit) value = next();
  return value % bound;
}

double SplitMix64::uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

std::uint64_t seed_of(std::uint64_t seed, std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325ULL ^ seed;  // FNV-1a over the name, then mixed
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3ULL;
  }
  return SplitMix64(hash).next();
}

std::vector<std::int64_t> seeded_permutation(std::int64_t n, std::uint64_t seed) {
  CSM_EXPECT(n >= 0);
  std::vector<std::int64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  SplitMix64 random(seed);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  return order;
}

}  // namespace csm
