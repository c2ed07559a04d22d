#include <gtest/gtest.h>

#include "csm/measure/class_maps.h"

namespace csm {
namespace {

Grid<float> filled(float value) { return {1, 2, value}; }

StoredModelMap map_of(std::vector<std::pair<std::string, Grid<float>>> groups) {
  StoredModelMap map;
  map.cms = filled(0);
  map.group_by = "target";
  map.groups = std::move(groups);
  return map;
}

StoredModelMap three_classes() {
  return map_of({{"age", filled(1)}, {"old", filled(2)}, {"young", filled(3)}});
}

TEST(ClassMapsTest, the_own_class_is_that_of_the_image) {
  EXPECT_EQ(map_for(three_classes(), ClassChoice::all, "old"), filled(0));
  EXPECT_EQ(map_for(three_classes(), ClassChoice::own, "old"), filled(2));
  EXPECT_EQ(map_for(three_classes(), ClassChoice::own, "unknown"), filled(0));
}

TEST(ClassMapsTest, another_class_is_the_next_one_and_the_first_after_the_last) {
  EXPECT_EQ(map_for(three_classes(), ClassChoice::other, "age"), filled(2));
  EXPECT_EQ(map_for(three_classes(), ClassChoice::other, "old"), filled(3));
  EXPECT_EQ(map_for(three_classes(), ClassChoice::other, "young"), filled(1));
  EXPECT_EQ(map_for(three_classes(), ClassChoice::other, "unknown"), filled(1));
}

TEST(ClassMapsTest, another_class_needs_two) {
  EXPECT_TRUE(offers(three_classes(), ClassChoice::other));
  EXPECT_FALSE(offers(map_of({{"age", filled(1)}}), ClassChoice::other));
  EXPECT_TRUE(offers(map_of({{"age", filled(1)}}), ClassChoice::own));
  EXPECT_FALSE(offers(map_of({}), ClassChoice::own));
}

TEST(ClassMapsTest, groups_by_a_column_are_no_classes) {
  StoredModelMap map = three_classes();
  map.group_by = "smiling";
  EXPECT_TRUE(offers(map, ClassChoice::all));
  EXPECT_FALSE(offers(map, ClassChoice::own));
  EXPECT_FALSE(offers(map, ClassChoice::other));
}

}  // namespace
}  // namespace csm
