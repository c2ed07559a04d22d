#include <gmock/gmock.h>

#include "csm/core/error.h"
#include "csm/explain/method_facts.h"

namespace csm::test {
namespace {

const std::vector<MethodFacts>& three_methods() {
  static const std::vector<MethodFacts> methods = {{.name = "grad_cam", .needs = {.layer = true}},
                                                   {.name = "rise"},
                                                   {.name = "score_cam", .needs = {.layer = true}}};
  return methods;
}

TEST(NamesOf, keeps_the_order_of_the_list) {
  EXPECT_THAT(names_of(three_methods(), [](const MethodFacts& facts) { return facts.needs.layer; }),
              testing::ElementsAre("grad_cam", "score_cam"));
}

TEST(FindMethod, wants_a_name_of_the_list) {
  EXPECT_EQ(find_method(three_methods(), "rise").name, "rise");
  EXPECT_THROW(find_method(three_methods(), "sunrise"), ContractError);
}

}  // namespace
}  // namespace csm::test
