#include <gmock/gmock.h>

#include <limits>
#include <vector>

#include "csm/core/error.h"
#include "csm/measure/map_cautions.h"
#include "support/message_of.h"

namespace csm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr float no_value = std::numeric_limits<float>::quiet_NaN();

/// Six images, of the groups a and b in turn; the seventh is in no group.
struct Maps {
  std::vector<ImageRow> rows = std::vector<ImageRow>(7);
  std::vector<TestedImage> images;

  Maps() {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].id = "image " + std::to_string(i);
      images.push_back({.row = &rows[i],
                        .group = i == 6       ? ""
                                 : i % 2 == 0 ? "a"
                                              : "b",
                        .person = "",
                        .stratum = ""});
    }
  }
};

TEST(MapCautions, name_one_map_that_outweighs_all_others) {
  const Maps maps;
  EXPECT_THAT(describe_maps(maps.images, std::vector<float>{1, 2, 1, 30, 2, 1, 1e9F}), IsEmpty());
  EXPECT_THAT(describe_maps(maps.images, std::vector<float>{1, 2, 1, 3e8F, 1, 1, 0}),
              ElementsAre(HasSubstr("The map of 'image 3' has values 3e+08 times those")));
  EXPECT_THAT(describe_maps(maps.images, std::vector<float>{0, 0, 0, 1, 0, 0, 0}), IsEmpty());
}

TEST(MapCautions, leave_out_maps_without_a_value) {
  Maps maps;
  const std::vector<float> largest{no_value, 2, 1, 3, 1, no_value, no_value};
  EXPECT_THAT(describe_maps(maps.images, largest),
              ElementsAre(HasSubstr("The maps of 2 of 6 images have no value")));
  leave_out_empty_maps(maps.images, largest);
  EXPECT_EQ(maps.images[0].group, "");
  EXPECT_EQ(maps.images[1].group, "b");
}

TEST(MapCautions, name_groups_whose_maps_are_zero) {
  const Maps maps;
  EXPECT_THAT(describe_zero_groups(maps.images, std::vector<float>{0, 1, 0, 1, 0, 1, 5}, "logit"),
              HasSubstr("All maps of 'a' are zero: occluding these faces changes nothing of the "
                        "logit"));
  EXPECT_EQ(describe_zero_groups(maps.images, std::vector<float>{0, 1, 0, 1, 2, 1, 5}, "logit"),
            "");
}

TEST(MapCautions, need_a_map_that_is_not_zero) {
  const Maps maps;
  EXPECT_NO_THROW(require_drops(maps.images, std::vector<float>{0, 0, 0, 1, 0, 0, 0}, "logit"));
  EXPECT_THAT(test::message_of<InputError>([&] {
                require_drops(maps.images, std::vector<float>{0, 0, 0, 0, 0, no_value, 1}, "logit");
              }),
              HasSubstr("all zero (whatever was occluded, the logit did not change)"));
  EXPECT_THAT(test::message_of<InputError>(
                  [&] { require_drops(maps.images, std::vector<float>(7, no_value), "logit"); }),
              HasSubstr("no value at any place"));
}

}  // namespace
}  // namespace csm
