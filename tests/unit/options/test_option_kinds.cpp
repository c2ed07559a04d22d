#include <gmock/gmock.h>

#include "csm/dataset/dataset_options.h"
#include "option_kinds.h"

namespace csm::kinds {

enum class Colour { red, green, blue };

constexpr auto enum_names(Colour) {
  return std::to_array<EnumName<Colour>>({{Colour::red, "red"}, {Colour::green, "green"}});
}

namespace {

TEST(HasAllNames, is_false_if_an_enumerator_has_none) {
  EXPECT_FALSE(has_all_names<Colour>());
  EXPECT_TRUE(has_all_names<Half>());
}

TEST(Choice, takes_placeholder_and_values_from_the_enumeration) {
  const OptionEntry half = choice(
      {"half", OptionScope::identity, its_names, "which half"},
      [](auto& o) -> auto& { return o.dataset.half; });
  EXPECT_EQ(half.placeholder, "all|first|second");
  EXPECT_EQ(half.default_text, "all");
  Options options;
  half.set(options, {.name = "half", .text = "second", .origin = "--half", .base_folder = {}},
           half.meaning);
  EXPECT_EQ(options.dataset.half, Half::second);
}

}  // namespace
}  // namespace csm::kinds
