#include <gmock/gmock.h>

#include "csm/core/error.h"
#include "csm/measure/map_names.h"

namespace csm {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<std::string> endings = {"", "_of_class"};

std::string error_of(MapNames names, const std::string& given) {
  try {
    names.add_given(given, endings);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(MapNamesTest, what_nobody_named_is_numbered_with_all_its_endings) {
  MapNames names;
  names.add("cms_2_of_class");
  EXPECT_EQ(names.add_numbered("cms", endings), "cms");
  EXPECT_EQ(names.add_numbered("cms", endings), "cms_3");
  EXPECT_EQ(names.add_numbered("cms", {""}), "cms_2");
  EXPECT_THAT(names.all(), ElementsAre("cms_2_of_class", "cms", "cms_of_class", "cms_3",
                                       "cms_3_of_class", "cms_2"));
}

TEST(MapNamesTest, a_given_name_is_taken_as_it_is) {
  MapNames names;
  names.add_given("men", endings);
  EXPECT_THAT(names.all(), ElementsAre("men", "men_of_class"));
}

TEST(MapNamesTest, a_name_that_is_taken_is_refused) {
  MapNames names;
  names.add_numbered("cms", endings);
  names.add_given("men", endings);
  EXPECT_THAT(error_of(names, "men"),
              AllOf(HasSubstr("calls a map 'men'"), HasSubstr("another map is called 'men'")));
  EXPECT_THAT(error_of(names, "cms_of_class"), HasSubstr("another map is called 'cms_of_class'"));
  EXPECT_EQ(error_of(names, "women"), "");
}

TEST(MapNamesTest, so_is_one_whose_ending_is_taken) {
  MapNames names;
  names.add_given("men_of_class", endings);
  EXPECT_THAT(error_of(names, "men"), HasSubstr("another map is called 'men_of_class'"));
}

TEST(MapNamesTest, so_is_a_method_even_one_that_is_not_evaluated) {
  for (const char* word : {"csm", "grad_cam", "centre_gaussian"})
    EXPECT_THAT(error_of({}, word), HasSubstr("a method is called '" + std::string(word) + "'"));
}

}  // namespace
}  // namespace csm
