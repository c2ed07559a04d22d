#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "csm/core/error.h"
#include "csm/core/random.h"

namespace csm::test {
namespace {

TEST(RandomTest, has_the_numbers_of_the_published_generator) {
  // Steele, Lea, Flood (2014), seed 1234567; the values are in the test of the reference
  // implementation too.
  SplitMix64 random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317ULL);
  EXPECT_EQ(random.next(), 3203168211198807973ULL);
  EXPECT_EQ(random.next(), 9817491932198370423ULL);
}

TEST(RandomTest, numbers_below_a_bound_are_even) {
  SplitMix64 random(1);
  std::array<int, 6> counts{};
  for (int i = 0; i < 60000; ++i) ++counts[random.below(6)];
  // The standard deviation of a count is sqrt(60000 * 5 / 36) = 91; five of them are allowed.
  for (const int count : counts) EXPECT_NEAR(count, 10000, 460);
  EXPECT_EQ(random.below(1), 0U);
  EXPECT_THROW(random.below(0), ContractError);
}

TEST(RandomTest, uniform_numbers_lie_in_the_half_open_unit_interval) {
  SplitMix64 random(2);
  double sum = 0;
  for (int i = 0; i < 10000; ++i) {
    const double value = random.uniform();
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    sum += value;
  }
  EXPECT_NEAR(sum / 10000, 0.5, 0.0145);  // five standard deviations, sqrt(1 / 12 / 10000)
}

TEST(RandomTest, a_permutation_holds_every_number_once_and_depends_on_the_seed) {
  std::vector<std::int64_t> order = seeded_permutation(100, 7);
  EXPECT_EQ(order, seeded_permutation(100, 7));
  EXPECT_NE(order, seeded_permutation(100, 8));
  std::sort(order.begin(), order.end());
  std::vector<std::int64_t> expected(100);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(order, expected);
  EXPECT_TRUE(seeded_permutation(0, 7).empty());
}

TEST(RandomTest, every_place_of_a_permutation_is_as_likely) {
  std::array<int, 5> places{};
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    const auto order = seeded_permutation(5, seed);
    ++places[static_cast<std::size_t>(std::find(order.begin(), order.end(), 0) - order.begin())];
  }
  // The standard deviation of a count is sqrt(5000 * 4 / 25) = 28.
  for (const int count : places) EXPECT_NEAR(count, 1000, 142);
}

TEST(RandomTest, seeds_of_names_differ_by_name_and_by_seed) {
  EXPECT_EQ(seed_of(1, "a"), seed_of(1, "a"));
  EXPECT_NE(seed_of(1, "a"), seed_of(1, "b"));
  EXPECT_NE(seed_of(1, "a"), seed_of(2, "a"));
  EXPECT_NE(seed_of(1, "ab"), seed_of(1, "ba"));
}

}  // namespace
}  // namespace csm::test
