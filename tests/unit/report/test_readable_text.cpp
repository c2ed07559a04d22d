#include <gmock/gmock.h>

#include <limits>

#include "readable_text.h"

namespace csm::test {
namespace {

TEST(ReadableTextTest, numbers_have_three_digits_and_a_real_minus) {
  EXPECT_EQ(readable_number(0), "0");
  EXPECT_EQ(readable_number(0.012345), "0.0123");
  EXPECT_EQ(readable_number(-1.5), "\u22121.5");
  EXPECT_EQ(readable_number(540), "540");
  EXPECT_EQ(readable_number(22085), "22085");
  EXPECT_EQ(readable_number(0.00001234), "1.23e-05");
  EXPECT_EQ(readable_number(7.96, 2), "8");
  EXPECT_EQ(readable_number(std::numeric_limits<double>::quiet_NaN()), "unknown");
}

TEST(ReadableTextTest, an_error_sets_how_many_digits_are_shown) {
  EXPECT_EQ(number_with_error(0.123456, 0.0123), "0.123 ± 0.012");
  EXPECT_EQ(number_with_error(-0.05, 0.4), "\u22120.05 ± 0.40");
  EXPECT_EQ(number_with_error(123.4, 25), "123 ± 25");
  EXPECT_EQ(number_with_error(-0.0001, 0.04), "0.000 ± 0.040") << "no minus before a rounded zero";
  EXPECT_EQ(number_with_error(0.5, std::numeric_limits<double>::quiet_NaN()), "0.5");
}

TEST(ReadableTextTest, names_have_spaces) {
  EXPECT_EQ(readable_name("cms_of_class"), "cms of class");
}

}  // namespace
}  // namespace csm::test
