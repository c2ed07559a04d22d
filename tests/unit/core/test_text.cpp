#include <gtest/gtest.h>

#include "csm/core/text.h"

namespace csm::test {
namespace {

const std::vector<std::string> names = {"patch-size", "pairs", "plan", "mesh"};

TEST(TextTest, the_nearest_name_is_within_a_third_of_the_length) {
  EXPECT_EQ(nearest_text("patchsize", names), "patch-size");
  EXPECT_EQ(nearest_text("plam", names), "plan");
  EXPECT_EQ(nearest_text("mesh", names), "mesh");
  EXPECT_EQ(nearest_text("density", names), std::nullopt);
  EXPECT_EQ(nearest_text("xyzabcdefghi", names), std::nullopt);
  EXPECT_EQ(nearest_text("pair", {}), std::nullopt);
}

TEST(TextTest, enumerate_puts_the_conjunction_before_the_last) {
  EXPECT_EQ(enumerate(names, "or"), "patch-size, pairs, plan or mesh");
  EXPECT_EQ(enumerate(std::vector<std::string>{"a", "b"}, "and"), "a and b");
  EXPECT_EQ(enumerate(std::vector<std::string>{"a"}, "and"), "a");
  EXPECT_EQ(enumerate(std::vector<std::string>{}, "and"), "");
}

TEST(TextTest, join_puts_the_separator_between) {
  EXPECT_EQ(join(names), "patch-size, pairs, plan, mesh");
  EXPECT_EQ(join(std::vector<std::string>{"a"}, "; "), "a");
  EXPECT_EQ(join({}), "");
}

TEST(TextTest, split_keeps_empty_parts) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(split("a,b", ','), (Parts{"a", "b"}));
  EXPECT_EQ(split("a,,b,", ','), (Parts{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), Parts{""});
}

TEST(TextTest, trim_takes_white_space_at_the_ends_only) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim("   "), "");
}

TEST(TextTest, to_lower_leaves_other_bytes) { EXPECT_EQ(to_lower("AbC-1Ä"), "abc-1Ä"); }

}  // namespace
}  // namespace csm::test
