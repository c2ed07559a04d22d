#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "listing.h"

namespace csm {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

FolderIdentities identities_of(const std::vector<std::filesystem::path>& files) {
  return find_identities(files);
}

TEST(FolderIdentity, is_the_images_own_folder) {
  EXPECT_THAT(identities_of({"a/1.jpg", "b/1.jpg"}).of_file, ElementsAre("a", "b"));
  EXPECT_THAT(identities_of({"lfw/lfw/Ann_Lee/1.jpg", "lfw/lfw/Bo/1.jpg"}).of_file,
              ElementsAre("Ann_Lee", "Bo"));
  EXPECT_THAT(identities_of({"1.jpg"}).of_file, ElementsAre(""));
}

TEST(FolderIdentity, is_no_folder_that_divides_the_data_set) {
  const FolderIdentities splits =
      identities_of({"test/n2/1.jpg", "train/n1/1.jpg", "train/n2/1.jpg"});
  EXPECT_THAT(splits.of_file, ElementsAre("n2", "n1", "n2"));
  EXPECT_THAT(splits.doubt, IsEmpty()) << "one class in several splits";
  EXPECT_THAT(identities_of({"Train/1.jpg", "val/2.jpg"}).of_file, ElementsAre("", ""));
  EXPECT_THAT(identities_of({"ann/images/1.jpg", "bo/images/1.jpg"}).of_file,
              ElementsAre("ann", "bo"));
}

TEST(FolderIdentity, is_in_doubt_where_one_name_stands_in_several_places) {
  const FolderIdentities sessions = identities_of({"ann/1/x.jpg", "bo/1/x.jpg", "bo/2/x.jpg"});
  EXPECT_THAT(sessions.doubt,
              AllOf(HasSubstr("'ann/1'"), HasSubstr("'bo/1'"), HasSubstr("one name")));
  EXPECT_THAT(sessions.of_file, ElementsAre("ann/1", "bo/1", "bo/2"))
      << "strangers are never one person";
}

TEST(FolderIdentity, is_in_doubt_where_a_persons_folder_holds_another_one) {
  EXPECT_THAT(identities_of({"ann/1.jpg", "ann/old/2.jpg", "bo/1.jpg"}).doubt,
              HasSubstr("'ann/old'"));
  EXPECT_THAT(identities_of({"train/1.jpg", "train/ann/2.jpg"}).doubt, IsEmpty());
}

TEST(FolderIdentity, is_in_doubt_where_folders_are_named_after_classes) {
  EXPECT_THAT(identities_of({"female/1.jpg", "male/1.jpg"}).doubt, HasSubstr("class"));
  EXPECT_THAT(identities_of({"train/20-29/1.jpg", "train/30-39/1.jpg"}).doubt, HasSubstr("class"));
  EXPECT_THAT(identities_of({"Anger/1.jpg", "fear/1.jpg"}).doubt, HasSubstr("class"));
  EXPECT_THAT(identities_of({"f/1.jpg", "m/1.jpg", "007/1.jpg"}).doubt, IsEmpty())
      << "letters and numbers name persons";
}

}  // namespace
}  // namespace csm
