#include <gtest/gtest.h>

#include "html_text.h"

namespace csm::test {
namespace {

TEST(HtmlTextTest, characters_of_html_become_entities) {
  EXPECT_EQ(escape_html("<a href='x'>\"&\"</a>"),
            "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;");
  EXPECT_EQ(escape_html("Äpfel"), "Äpfel");
}

TEST(HtmlTextTest, base64_has_the_values_of_the_standard) {
  // [RFC 4648] sec. 10.
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xFF\xFE\xFD"), "//79");
}

TEST(HtmlTextTest, table_cells_are_escaped) {
  const std::string html = table_element({{"a", "b"}, {"<x>", "1"}}, 1);
  EXPECT_NE(html.find("<td>&lt;x&gt;</td><td class=\"number\">1</td>"), std::string::npos);
  EXPECT_NE(html.find("<th>a</th><th class=\"number\">b</th>"), std::string::npos);
}

}  // namespace
}  // namespace csm::test
