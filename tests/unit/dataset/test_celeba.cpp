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

Dataset open(const std::filesystem::path& folder) {
  DatasetOptions options;
  options.dataset = folder;
  return open_dataset(options);
}

std::vector<std::string> ids_of(const Dataset& dataset) {
  std::vector<std::string> ids;
  for (const Sample& sample : dataset.samples) ids.push_back(sample.id);
  return ids;
}

/// As Kaggle gives it: a folder in a folder, and lists as CSV.
void write_kaggle(const TemporaryFolder& folder) {
  for (const char* name : {"000001.jpg", "000002.jpg"})
    folder.write("img_align_celeba/img_align_celeba/" + std::string(name), "x");
  folder.write("list_attr_celeba.csv",
               "image_id,Bald,Male,Young\r\n000001.jpg,-1,1,-1\r\n000002.jpg,1,-1,1\r\n");
  folder.write("list_eval_partition.csv", "image_id,partition\n000001.jpg,0\n000002.jpg,2\n");
  folder.write("identity_CelebA.csv", "image_id,identity\n000001.jpg,2880\n000002.jpg,12\n");
  folder.write(
      "list_landmarks_align_celeba.csv",
      "image_id,lefteye_x,lefteye_y,righteye_x,righteye_y,nose_x,nose_y,leftmouth_x,leftmouth_y,"
      "rightmouth_x,rightmouth_y\n000001.jpg,70,110,110,110,90,130,75,150,105,150\n");
}

TEST(Celeba, OfKaggleIsReadLikeTheOfficialFiles) {
  const TemporaryFolder folder;
  write_kaggle(folder);
  for (const auto& root : {folder.path(), folder.path() / "img_align_celeba/",
                           folder.path() / "img_align_celeba/img_align_celeba"}) {
    const Dataset dataset = open(root);
    ASSERT_EQ(dataset.format, DatasetFormat::celeba) << root;
    ASSERT_THAT(ids_of(dataset), ElementsAre("000001.jpg", "000002.jpg"));
    EXPECT_TRUE(std::filesystem::exists(dataset.samples[0].path)) << dataset.samples[0].path;
    EXPECT_EQ(dataset.samples[0].columns.at("gender"), "male");
    EXPECT_EQ(dataset.samples[0].columns.at("identity"), "2880");
    EXPECT_EQ(dataset.samples[0].columns.at("partition"), "train");
    EXPECT_EQ(dataset.samples[1].columns.at("gender"), "female");
    EXPECT_EQ(dataset.samples[1].columns.at("Bald"), "1");
    EXPECT_EQ(dataset.samples[0].face_box, (Box{50, 90, 80, 80}));
    EXPECT_THAT(dataset.remarks, IsEmpty());
    EXPECT_THAT(dataset.warnings, IsEmpty());
  }
}

TEST(Celeba, ListsSavedWithAnIndexOrSemicolonsAreReadToo) {
  const TemporaryFolder folder;
  write_kaggle(folder);
  folder.write("list_attr_celeba.csv",
               ",image_id,Bald,Male\n0,000001.jpg,-1,1\n1,000002.jpg,1,-1\n");
  EXPECT_EQ(open(folder.path()).samples[0].columns.at("gender"), "male");
  folder.write("list_attr_celeba.csv",
               "\xEF\xBB\xBFimage_id;Bald;Male\n000001.jpg;-1;0\n000002.jpg;1;1\n");
  EXPECT_EQ(open(folder.path()).samples[0].columns.at("gender"), "female");
  EXPECT_EQ(open(folder.path()).samples[1].columns.at("gender"), "male");
}

TEST(Celeba, ImagesMayBePngWhateverTheListsCallThem) {
  const TemporaryFolder folder;
  folder.write("img_align_celeba_png/000002.png", "x");
  folder.write("identity_CelebA.txt", "000002.jpg 12\n");
  const Dataset dataset = open(folder.path());
  EXPECT_THAT(ids_of(dataset), ElementsAre("000002.png"));
  EXPECT_EQ(dataset.samples[0].columns.at("identity"), "12");
}

TEST(Celeba, APartOfTheImagesIsUsedWithTheWholeLists) {
  const TemporaryFolder folder;
  folder.write("img_align_celeba/000003.jpg", "x");
  folder.write("img_align_celeba/000001.jpg", "x");
  folder.write("list_attr_celeba.txt", "3\nMale\n000001.jpg 1\n000002.jpg 1\n000003.jpg -1\n");
  const Dataset part = open(folder.path());
  EXPECT_THAT(ids_of(part), ElementsAre("000001.jpg", "000003.jpg"));
  EXPECT_THAT(
      part.remarks,
      ElementsAre("2 of the 3 images of 'list_attr_celeba.txt' are in 'img_align_celeba'; the "
                  "others are left out."));
  folder.write("img_align_celeba/portrait.jpg", "x");
  EXPECT_THAT(open(folder.path()).warnings, ElementsAre(HasSubstr("1 of the 3 images in")));
}

TEST(Celeba, NoImageOfTheListsIsAnError) {
  const TemporaryFolder folder;
  folder.write("img_align_celeba/portrait.jpg", "x");
  folder.write("list_attr_celeba.txt", "1\nMale\n000001.jpg 1\n");
  EXPECT_THAT(message_of<InputError>([&] { open(folder.path()); }),
              AllOf(HasSubstr("none of the 1 images"), HasSubstr("'000001.jpg'"),
                    HasSubstr("'portrait.jpg'")));
}

TEST(Celeba, RefusesListsThatCannotBeMeant) {
  const TemporaryFolder folder;
  write_kaggle(folder);
  const auto error_for = [&](const std::string& name, const std::string& text) {
    folder.write(name, text);
    return message_of<InputError>([&] { open(folder.path()); });
  };
  EXPECT_THAT(error_for("list_attr_celeba.csv", "image_id,Male\n000001.jpg,yes\n000002.jpg,1\n"),
              AllOf(HasSubstr("000001.jpg"), HasSubstr("Male is 'yes'")));
  EXPECT_THAT(error_for("list_attr_celeba.csv", "image_id,Bald,Male\n000001.jpg,1\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("2 values are expected")));
  EXPECT_THAT(error_for("list_attr_celeba.csv", "000001.jpg,1\n"),
              HasSubstr("names of the columns are expected"));
  folder.write("list_attr_celeba.csv", "image_id,Male\n000001.jpg,1\n000002.jpg,1\n");
  EXPECT_THAT(error_for("list_eval_partition.csv", "image_id,partition\n000001.jpg,train\n"),
              HasSubstr("the partition is 'train'"));
}

}  // namespace
}  // namespace csm
