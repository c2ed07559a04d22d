#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/dataset/dataset.h"
#include "csm/dataset/dataset_options.h"
#include "support/message_of.h"
#include "support/temporary_folder.h"

namespace csm {
namespace {

using test::message_of;
using test::TemporaryFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* nested = "lfw-deepfunneled/lfw-deepfunneled/";

/// As Kaggle gives it, with three persons.
void write_images(const TemporaryFolder& folder) {
  for (const char* name : {"Ann_Lee/Ann_Lee_0001.jpg", "Ann_Lee/Ann_Lee_0002.jpg", "Bo/Bo_0001.jpg",
                           "Cy/Cy_0001.jpg", "Cy/Cy_0004.jpg"})
    folder.write(nested + std::string(name), name);
}

Dataset open(const TemporaryFolder& folder, const std::filesystem::path& pairs = {}) {
  DatasetOptions options;
  options.dataset = folder.path();
  options.pairs = pairs;
  return open_dataset(options);
}

std::vector<std::string> kinds_of(const Dataset& dataset) {
  std::vector<std::string> kinds;
  for (const Sample& sample : dataset.samples)
    kinds.push_back(sample.columns.at("fold") +
                    (sample.columns.at("same_person") == "1" ? " same" : " different"));
  return kinds;
}

TEST(Lfw, IsFoundSomeFoldersDown) {
  const TemporaryFolder folder;
  write_images(folder);
  folder.write("people.csv", "name,images\nAnn_Lee,2\n");
  const Dataset dataset = open(folder);
  EXPECT_EQ(dataset.format, DatasetFormat::lfw);
  ASSERT_EQ(dataset.samples.size(), 5U);
  EXPECT_EQ(dataset.samples[0].columns.at("identity"), "Ann_Lee");
  EXPECT_THAT(dataset.warnings, IsEmpty());
  folder.write(nested + std::string("Bo/portrait.jpg"), "x");
  EXPECT_THAT(open(folder).warnings, ElementsAre(HasSubstr("1 of the 6 images in")));
}

TEST(LfwPairs, OfKagglesCsvHaveFolds) {
  const TemporaryFolder folder;
  write_images(folder);
  const auto pairs =
      folder.write("pairs.csv",
                   "name,imagenum1,imagenum2,\r\nAnn_Lee,1,2,\r\nAnn_Lee,1,Bo,1\r\nCy,1,4,\r\n"
                   "Bo,1,Cy,4.0\r\n");
  const Dataset dataset = open(folder, pairs);
  EXPECT_THAT(kinds_of(dataset), ElementsAre("1 same", "1 different", "2 same", "2 different"));
  EXPECT_TRUE(std::filesystem::exists(dataset.samples[3].second_path))
      << dataset.samples[3].second_path;
}

TEST(LfwPairs, OfOneKindAreReadWithTheOtherKindBesideThem) {
  const TemporaryFolder folder;
  write_images(folder);
  const auto same =
      folder.write("matchpairsDevTest.csv", "name,imagenum1,imagenum2\nAnn_Lee,1,2\nCy,1,4\n");
  const auto different = folder.write("mismatchpairsDevTest.csv",
                                      "name,imagenum1,name,imagenum2\nAnn_Lee,1,Bo,1\nBo,1,Cy,4\n");
  for (const auto& pairs : {same, different}) {
    const Dataset dataset = open(folder, pairs);
    EXPECT_THAT(kinds_of(dataset), ElementsAre("1 same", "1 same", "1 different", "1 different"));
    EXPECT_THAT(dataset.remarks, ElementsAre(HasSubstr("read together with those of")));
  }
}

TEST(LfwPairs, WhoseImagesAreNotThereAreLeftOut) {
  const TemporaryFolder folder;
  write_images(folder);
  const auto pairs =
      folder.write("pairs.txt", "2\t1\nAnn_Lee\t1\t2\nAnn_Lee\t1\tDi\t1\nCy\t1\t2\nBo\t1\tCy\t4\n");
  const Dataset dataset = open(folder, pairs);
  EXPECT_THAT(kinds_of(dataset), ElementsAre("1 same", "2 different"))
      << "folds stay those of the whole list";
  EXPECT_THAT(
      dataset.remarks,
      ElementsAre(
          "Of 2 of the 4 pairs of 'pairs.txt' both images are there; the others are left out."));
}

TEST(LfwPairs, OfNoImageThatIsThereAreAnError) {
  const TemporaryFolder folder;
  folder.write("portraits/1.jpg", "x");
  const auto error_for = [&](const char* name, const char* text) {
    return message_of<InputError>([&] { open(folder, folder.write(name, text)); });
  };
  EXPECT_THAT(error_for("pairs.txt", "1\nAnn_Lee\t1\t2\nAnn_Lee\t1\tBo\t1\n"),
              AllOf(HasSubstr("no image of the 2 pairs"), HasSubstr("Ann_Lee_0001.jpg"),
                    HasSubstr("--dataset")));
  EXPECT_THAT(error_for("own.csv", "path_a,path_b,same_person\na.jpg,b.jpg,1\na.jpg,c.jpg,0\n"),
              HasSubstr("no image of the 2 pairs"));
}

TEST(LfwPairs, ThatAreNoneAreNamed) {
  const TemporaryFolder folder;
  write_images(folder);
  const auto error_for = [&](const char* name, const char* text) {
    return message_of<InputError>([&] { open(folder, folder.write(name, text)); });
  };
  EXPECT_THAT(error_for("people.csv", "name,images\nAnn_Lee,2\n"),
              HasSubstr("lists persons, not pairs"));
  EXPECT_THAT(error_for("peopleDevTest.txt", "2\nAnn_Lee\t2\nBo\t1\n"),
              HasSubstr("people*.txt list persons"));
  EXPECT_THAT(error_for("pairs.csv", "name,imagenum1,imagenum2,\nAnn_Lee,1,x,\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("'x' is not a number")));
  EXPECT_THAT(error_for("pairs.csv", "name,imagenum1,imagenum2,\nCy,1,1,\n"),
              HasSubstr("paired with itself"));
}

}  // namespace
}  // namespace csm
