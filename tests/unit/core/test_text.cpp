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

TEST(TextTest, one_line_has_no_breaks_and_no_controls) {
  EXPECT_EQ(one_line("age\r\n\t(years)"), "age (years)");
  EXPECT_EQ(one_line("a\x1b[31mb\x7f"), "a\\x1b[31mb\\x7f");
  EXPECT_EQ(one_line("a\u2028b\u0085c\u0090"), "a b c\\x90");
  EXPECT_EQ(one_line("x\u202Egpj"), "x\\u202egpj");
  EXPECT_EQ(one_line(std::string("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(one_line("Äpfel 女 \xFF  b"), "Äpfel 女 \xFF  b");
  EXPECT_EQ(one_line(""), "");
}

TEST(TextTest, a_long_value_is_cut_between_characters) {
  std::string value;
  for (int i = 0; i < 61; ++i) value += "ä";
  EXPECT_EQ(n_characters(value), 61U);
  EXPECT_EQ(shown_value(value), value.substr(0, 120) + "… (61 characters)");
  EXPECT_EQ(shown_value(value.substr(2)), value.substr(2));
  EXPECT_EQ(shown_value("a\nb"), "a b");
}

}  // namespace
}  // namespace csm::test
