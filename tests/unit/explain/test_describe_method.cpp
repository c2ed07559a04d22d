#include <gtest/gtest.h>

#include <set>

#include "csm/explain/describe_method.h"
#include "csm/options/words.h"

namespace csm {
namespace {

TEST(DescribeMethod, has_words_for_every_method) {
  std::set<std::string> names;
  for (const auto& entry : words_of(Method::csm)) {
    const MapWords words = describe_method(entry.value, "cosine");
    EXPECT_FALSE(words.value.empty() || words.place.empty() || words.high.empty()) << entry.word;
    EXPECT_EQ(words.unit, "1") << entry.word;
    names.insert(words.name);
  }
  EXPECT_EQ(names.size(), words_of(Method::csm).size());
}

TEST(DescribeMethod, speaks_of_drops_where_something_is_covered_only) {
  for (const auto& entry : words_of(Method::csm)) {
    const bool covers = entry.value == Method::csm || entry.value == Method::sliding_occlusion;
    EXPECT_EQ(describe_method(entry.value, "probability").value == "drop of the probability", covers) << entry.word;
  }
}

TEST(DescribeMethod, gives_a_gradient_of_the_logit_its_unit) {
  EXPECT_EQ(describe_method(Method::gradient, "logit").unit, "logit");
  EXPECT_EQ(describe_method(Method::grad_cam, "logit").unit, "1");
}

}  // namespace
}  // namespace csm
