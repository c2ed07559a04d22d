#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/inference/group_design.h"
#include "inference_golden.h"
#include "support/message_of.h"

namespace csm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<std::string> sexes{"female", "male"};

/// n persons of each group, one image each.
std::vector<DesignImage> one_image_each(int n, const std::vector<std::string>& groups = sexes) {
  std::vector<DesignImage> images;
  for (int i = 0; i < n; ++i) {
    for (const std::string& group : groups)
      images.push_back({.group = group, .person = group + std::to_string(i), .stratum = ""});
  }
  return images;
}

GroupDesign design_of(const std::vector<DesignImage>& images, const std::string& column = "",
                      Pairing pairing = Pairing::automatic) {
  return make_design(images, sexes, column, pairing);
}

TEST(GroupDesign, ExchangesPersonsThatAreInOneGroup) {
  std::vector<DesignImage> images = one_image_each(4);
  images.push_back({.group = "male", .person = "male0", .stratum = ""});
  images.push_back({.group = "", .person = "nobody", .stratum = ""});
  const GroupDesign design = design_of(images);
  EXPECT_EQ(design.exchange, Exchange::labels);
  EXPECT_EQ(design.units.size(), 8U);
  EXPECT_THAT(design.n_units_of_group(), ElementsAre(4, 4));
  EXPECT_EQ(design.units[1].group, 1);
  EXPECT_THAT(design.units[1].images_of_group[1], ElementsAre(1, 8));
  EXPECT_TRUE(design.remarks.empty());
}

TEST(GroupDesign, AnImageOfNobodyIsAPersonByItself) {
  std::vector<DesignImage> images = one_image_each(4);
  for (DesignImage& image : images) image.person.clear();
  EXPECT_EQ(design_of(images).units.size(), 8U);
}

TEST(GroupDesign, ExchangesSignsWherePersonsAreInBoth) {
  std::vector<DesignImage> images;
  for (int i = 0; i < 6; ++i) {
    for (const std::string& group : sexes)
      images.push_back({.group = group, .person = std::to_string(i), .stratum = ""});
  }
  images.push_back({.group = "male", .person = "alone", .stratum = ""});
  const GroupDesign design = design_of(images);
  EXPECT_EQ(design.exchange, Exchange::signs);
  EXPECT_EQ(design.units.size(), 6U);
  EXPECT_THAT(design.units[2].images_of_group[0], ElementsAre(4));
  EXPECT_THAT(design.units[2].images_of_group[1], ElementsAre(5));
  EXPECT_THAT(design.remarks, ElementsAre("1 person with images in one of the groups only, 1 "
                                          "image in all, does not count in the test."));
}

TEST(GroupDesign, LeavesOutTheFewThatAreInBoth) {
  std::vector<DesignImage> images = one_image_each(6);
  images.push_back({.group = "female", .person = "male0", .stratum = ""});
  const GroupDesign design = design_of(images);
  EXPECT_EQ(design.exchange, Exchange::labels);
  EXPECT_THAT(design.n_units_of_group(), ElementsAre(6, 5));
  EXPECT_THAT(design.remarks, ElementsAre(HasSubstr("in several groups")));
}

TEST(GroupDesign, ComparesWithinPersonsIfAsked) {
  std::vector<DesignImage> images = one_image_each(9);
  for (int i = 0; i < 6; ++i)
    images.push_back({.group = "female", .person = "male" + std::to_string(i), .stratum = ""});
  EXPECT_EQ(design_of(images).exchange, Exchange::labels);
  EXPECT_EQ(design_of(images, "", Pairing::within_persons).units.size(), 6U);
}

TEST(GroupDesign, RefusesWhatCannotShowAnything) {
  const auto message = [](const std::vector<DesignImage>& images) {
    return test::message_of<InputError>([&] { design_of(images); });
  };
  EXPECT_THAT(message(one_image_each(1)),
              HasSubstr("the groups 'female' and 'male' cannot be compared: 'female' has 1 person "
                        "of its own (how much one person differs from the next is not known)."));
  // Labellings that swap the groups give the same size of difference.
  EXPECT_THAT(message(one_image_each(3)), HasSubstr("6 persons can be exchanged in 10 ways only"));
  EXPECT_NEAR(design_of(one_image_each(4)).smallest_p, 1.0 / 35, 1e-12);
  std::vector<DesignImage> unequal = one_image_each(3);
  unequal.push_back({.group = "male", .person = "fourth", .stratum = ""});
  EXPECT_NEAR(design_of(unequal).smallest_p, 1.0 / 35, 1e-12);
}

TEST(GroupDesign, CountsWhatStrataLeaveToExchange) {
  std::vector<DesignImage> images = one_image_each(6);
  for (std::size_t i = 0; i < images.size(); ++i) images[i].stratum = i < 6 ? "young" : "old";
  EXPECT_NEAR(design_of(images, "age").smallest_p, 2.0 / (20 * 20), 1e-12);
  images.push_back({.group = "male", .person = "seventh", .stratum = "old"});
  EXPECT_NEAR(design_of(images, "age").smallest_p, 1.0 / (20 * 35), 1e-12);
}

TEST(GroupDesign, LeavesOutWhomStrataDoNotExchange) {
  std::vector<DesignImage> images = one_image_each(6);
  for (std::size_t i = 0; i < images.size(); ++i) images[i].stratum = i < 9 ? "young" : "old";
  images.push_back({.group = "male", .person = "oldest", .stratum = "eldest"});
  const GroupDesign design = design_of(images, "age");
  EXPECT_EQ(design.units.size(), 12U);
  EXPECT_EQ(design.n_strata, 2);
  EXPECT_THAT(design.remarks, ElementsAre("1 person whose 'age' has persons of one group only does "
                                          "not count in the test."));
}

TEST(GroupDesign, HoldsNothingFixedWithinPersons) {
  std::vector<DesignImage> images;
  for (int i = 0; i < 6; ++i) {
    for (const std::string& group : sexes)
      images.push_back({.group = group, .person = std::to_string(i), .stratum = "young"});
  }
  const GroupDesign design = design_of(images, "age");
  EXPECT_NEAR(design.smallest_p, 1.0 / 32, 1e-12);
  EXPECT_THAT(design.remarks,
              ElementsAre("'age' is not held fixed: each person is compared with itself."));
}

TEST(GroupDesign, SpeaksOfImagesIfNobodyIsKnown) {
  std::vector<DesignImage> images = one_image_each(2);
  for (DesignImage& image : images) image.person.clear();
  EXPECT_THAT(test::message_of<InputError>([&] { design_of(images); }),
              HasSubstr("4 images can be exchanged in 3 ways only"));
}

TEST(GroupDesign, SaysWhoIsLeftOutIfNoneRemain) {
  std::vector<DesignImage> images = one_image_each(6);
  images.resize(3);
  images.push_back({.group = "male", .person = "female0", .stratum = ""});
  EXPECT_THAT(
      test::message_of<InputError>([&] { design_of(images); }),
      HasSubstr("; 1 person with images in several groups, 2 images in all, does not count in the "
                "test)"));
}

TEST(GroupDesign, RefusesConditionsThatNoPersonHasBothOf) {
  EXPECT_THAT(test::message_of<InputError>(
                  [&] { design_of(one_image_each(6), "", Pairing::within_persons); }),
              HasSubstr("0 persons with images in both"));
}

TEST(GroupDesign, DoesNotNameManyGroups) {
  std::vector<std::string> groups;
  for (char name = 'a'; name < 'j'; ++name) groups.emplace_back(1, name);
  EXPECT_THAT(test::message_of<InputError>(
                  [&] { make_design(one_image_each(1, groups), groups, "", Pairing::automatic); }),
              HasSubstr("the 9 groups cannot be compared: 'a' has 1 person of its own"));
}

TEST(GroupDesign, RefusesStrataThatAreTheGroups) {
  std::vector<DesignImage> images = one_image_each(6);
  for (DesignImage& image : images) image.stratum = image.group;
  EXPECT_THAT(test::message_of<InputError>([&] { design_of(images, "sex"); }),
              HasSubstr("no value of the column has persons of two groups"));
}

TEST(GroupDesign, RefusesPairsOfOtherNumbers) {
  const std::vector<std::string> three{"a", "b", "c"};
  const auto images = one_image_each(5, three);
  EXPECT_THAT(test::message_of<InputError>(
                  [&] { make_design(images, three, "", Pairing::within_persons); }),
              HasSubstr("two conditions, not 3"));
}

TEST(GroupDesign, StrataBelongToPersons) {
  std::vector<DesignImage> images = one_image_each(6);
  for (std::size_t i = 0; i < images.size(); ++i) images[i].stratum = i < 8 ? "old" : "young";
  images[0].stratum.clear();
  const GroupDesign design = design_of(images, "age");
  EXPECT_EQ(design.n_strata, 2);
  EXPECT_THAT(design.n_units_of_group(), ElementsAre(5, 6));
  EXPECT_THAT(design.remarks, ElementsAre("1 person without a value in 'age' does not count in the "
                                          "test."));
  images.push_back({.group = "male", .person = "male0", .stratum = "young"});
  EXPECT_THAT(test::message_of<InputError>([&] { design_of(images, "age"); }),
              HasSubstr("the images of 'male0' have several values"));
}

TEST(Labelling, IsThatOfTheIndependentScript) {
  std::vector<DesignImage> images;
  for (const int group : test::inference_golden("balanced").get<std::vector<int>>())
    images.push_back(
        {.group = sexes[static_cast<std::size_t>(group)], .person = "", .stratum = ""});
  const auto seed = test::inference_golden("seed").get<std::uint64_t>();
  const auto labels = labelling(design_of(images), 5, seed);
  EXPECT_EQ(std::vector<int>(labels.begin(), labels.end()),
            test::inference_golden("labels_5").get<std::vector<int>>());
}

TEST(Labelling, KeepsTheNumbersOfEachStratum) {
  std::vector<DesignImage> images = one_image_each(10);
  for (std::size_t i = 0; i < images.size(); ++i) images[i].stratum = i < 5 ? "old" : "young";
  const GroupDesign design = design_of(images, "age");
  std::set<std::vector<std::int8_t>> seen;
  for (std::int64_t p = 0; p < 50; ++p) {
    const std::vector<std::int8_t> labels = labelling(design, p, 3);
    EXPECT_EQ(std::count(labels.begin(), labels.begin() + 5, 0), 3);
    EXPECT_EQ(std::count(labels.begin() + 5, labels.end(), 0), 7);
    seen.insert(labels);
  }
  EXPECT_GT(seen.size(), 45U);
}

}  // namespace
}  // namespace csm
