#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/integer_codec.h"
#include "csm/core/random.h"

namespace csm {
namespace {

template <class T>
std::vector<T> unpacked(const std::string& packed, std::size_t n) {
  std::vector<T> values(n);
  add_packed(packed, std::span<T>(values));
  return values;
}

template <class T>
void expect_round_trip(const std::vector<T>& values) {
  EXPECT_EQ(unpacked<T>(pack_integers(std::span<const T>(values)), values.size()), values);
}

TEST(IntegerCodec, gives_every_number_back) {
  constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
  constexpr auto highest = std::numeric_limits<std::int64_t>::max();
  expect_round_trip<std::int64_t>({});
  expect_round_trip<std::int64_t>({0});
  expect_round_trip<std::int64_t>(
      {0, lowest, highest, lowest, 0, -1, 1, 63, 64, -64, -65, highest, highest});
  constexpr auto lowest_short = std::numeric_limits<std::int32_t>::min();
  constexpr auto highest_short = std::numeric_limits<std::int32_t>::max();
  expect_round_trip<std::int32_t>({lowest_short, highest_short, lowest_short, 0, 0, 0, -7, -7});
}

TEST(IntegerCodec, gives_long_random_lists_back_over_its_blocks) {
  SplitMix64 random(3);
  std::vector<std::int64_t> values;
  while (values.size() < 20'000) {
    const auto value = static_cast<std::int64_t>(random.next() >> random.below(64));
    for (std::uint64_t k = random.below(3) == 0 ? random.below(9000) : 1; k > 0; --k)
      values.push_back(value);
  }
  expect_round_trip(values);
}

TEST(IntegerCodec, adds_to_what_is_there) {
  std::vector<std::int64_t> sums{1, 2, 3};
  add_packed(pack_integers(std::vector<std::int64_t>{10, 10, -10}), std::span<std::int64_t>(sums));
  EXPECT_EQ(sums, (std::vector<std::int64_t>{11, 12, -7}));
}

TEST(IntegerCodec, takes_few_bytes_for_runs_and_small_steps) {
  EXPECT_LE(pack_integers(std::vector<std::int64_t>(1'000'000)).size(), 5U);
  std::vector<std::int64_t> stairs;
  for (std::int64_t i = 0; i < 1000; ++i) stairs.push_back(1'000'000'000 + 50 * i);
  EXPECT_LE(pack_integers(stairs).size(), 1000U + 5);
}

TEST(IntegerCodec, refuses_another_number_of_values_and_cut_bytes) {
  const std::string packed = pack_integers(std::vector<std::int64_t>{1, 300, 300, 300});
  EXPECT_THROW(unpacked<std::int64_t>(packed, 3), ContractError);
  EXPECT_THROW(unpacked<std::int64_t>(packed, 5), ContractError);
  for (std::size_t n = 0; n < packed.size(); ++n) {
    EXPECT_THROW(unpacked<std::int64_t>(packed.substr(0, n), 4), ContractError);
  }
}

TEST(IntegerCodec, an_overflow_is_an_error) {
  std::vector<std::int64_t> sums{std::numeric_limits<std::int64_t>::max()};
  EXPECT_THROW(
      add_packed(pack_integers(std::vector<std::int64_t>{1}), std::span<std::int64_t>(sums)),
      RunError);
}

}  // namespace
}  // namespace csm
