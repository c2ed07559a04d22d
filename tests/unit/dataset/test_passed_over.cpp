#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "csm/core/error.h"
#include "csm/dataset/dataset.h"
#include "csm/dataset/dataset_options.h"
#include "file_kind.h"
#include "support/message_of.h"
#include "support/temporary_folder.h"

namespace csm::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string jpeg = "\xFF\xD8\xFF\xE0 and so on";
const std::string gif = "GIF89a and so on";
const std::string jpeg_xl("\0\0\0\x0CJXL \r\n\x87\n", 12);
const std::string video(
    "\0\0\0\x14"
    "ftypqt  \0\0\0\0qt  ",
    20);
const std::string heic(
    "\0\0\0\x18"
    "ftypheic\0\0\0\0mif1heic",
    24);
const std::string heic_of_mif1(
    "\0\0\0\x18"
    "ftypmif1\0\0\0\0mif1heic",
    24);
const std::string avif(
    "\0\0\0\x1C"
    "ftypmif1\0\0\0\0mif1avifmiaf",
    28);

Dataset open(const TemporaryFolder& folder, DatasetFormat format = DatasetFormat::automatic) {
  DatasetOptions options;
  options.dataset = folder.path();
  options.format = format;
  return open_dataset(options);
}

std::vector<std::string> ids_of(const Dataset& dataset) {
  std::vector<std::string> ids;
  for (const Sample& sample : dataset.samples) ids.push_back(sample.id);
  return ids;
}

ImageFormat format_of_text(const std::string& text) {
  return format_of(std::vector<std::uint8_t>(text.begin(), text.end()));
}

TEST(ImageFormats, are_told_by_the_first_bytes) {
  EXPECT_EQ(format_of_text(jpeg), ImageFormat::jpeg);
  EXPECT_EQ(format_of_text(gif), ImageFormat::gif);
  EXPECT_EQ(format_of_text(jpeg_xl), ImageFormat::jpeg_xl);
  EXPECT_EQ(format_of_text(heic), ImageFormat::heic);
  EXPECT_EQ(format_of_text(heic_of_mif1), ImageFormat::heic);
  EXPECT_EQ(format_of_text(avif), ImageFormat::avif);
  EXPECT_EQ(format_of_text(video), ImageFormat::unknown);
  for (const char* text :
       {"", "B", "BMW and other cars, a list", "P5", "P5x", "plain text", "RIFF....WAVE"})
    EXPECT_EQ(format_of_text(text), ImageFormat::unknown) << text;
}

TEST(FolderListing, takes_images_with_any_ending_or_none_by_their_content) {
  const TemporaryFolder folder;
  for (const char* name : {"a.jfif", "b.JPE", "c.dib"}) folder.write(name, "not looked at");
  for (const char* name : {"d", "e.jpg_large", "f.HEIC"}) folder.write(name, jpeg);
  folder.write("notes", "a text");
  const Dataset dataset = open(folder);
  EXPECT_THAT(ids_of(dataset),
              ElementsAre("a.jfif", "b.JPE", "c.dib", "d", "e.jpg_large", "f.HEIC"));
  EXPECT_THAT(dataset.warnings, IsEmpty());
}

TEST(FolderListing, warns_of_pictures_that_are_passed_over_by_kind) {
  const TemporaryFolder folder;
  folder.write("a.jpg", jpeg);
  folder.write("x/2.gif", gif);
  folder.write("x/1.gif", gif);
  folder.write("b.mov", video);
  folder.write("c.DNG", "II*");
  folder.write("d.jxl", jpeg_xl);
  folder.write("old.zip", "PK");
  folder.write("broken.heic", "no photo");
  for (const char* name : {"labels.csv", "mesh.npy", "a.jpg.bak", "b.jpg~", ".d.gif", "IMG.AAE"})
    folder.write(name, "x");
  const Dataset dataset = open(folder);
  EXPECT_THAT(ids_of(dataset), ElementsAre("a.jpg"));
  ASSERT_EQ(dataset.warnings.size(), 1U);
  EXPECT_THAT(
      dataset.warnings[0],
      AllOf(HasSubstr("7 files of the folder"), HasSubstr("passed over"),
            HasSubstr("2 GIF (such as 'x/1.gif')"), HasSubstr("1 JPEG XL (such as 'd.jxl')"),
            HasSubstr("1 raw photo (such as 'c.DNG')"), HasSubstr("1 video (such as 'b.mov')"),
            HasSubstr("1 archive (such as 'old.zip')"),
            HasSubstr("1 .heic file (such as 'broken.heic')")));
  EXPECT_THAT(dataset.warnings[0], AllOf(HasSubstr("save the one that is meant as PNG or JPEG"),
                                         HasSubstr("Develop raw photos"), Not(HasSubstr("csv"))));
}

TEST(FolderListing, names_heic_and_avif_where_they_cannot_be_read) {
  const TemporaryFolder folder;
  folder.write("a.jpg", jpeg);
  folder.write("b.heic", heic);
  folder.write("c.avif", avif);
  const Dataset dataset = open(folder);
  if (can_decode(ImageFormat::heic) && can_decode(ImageFormat::avif)) {
    EXPECT_THAT(ids_of(dataset), ElementsAre("a.jpg", "b.heic", "c.avif"));
    EXPECT_THAT(dataset.warnings, IsEmpty());
    return;
  }
  EXPECT_THAT(ids_of(dataset), testing::Contains("a.jpg"));
  ASSERT_EQ(dataset.warnings.size(), 1U);
  EXPECT_THAT(dataset.warnings[0], HasSubstr("libheif"));
}

TEST(FolderListing, says_what_a_folder_without_images_holds) {
  const TemporaryFolder folder;
  const auto error = [&] { return message_of<InputError>([&] { open(folder); }); };
  EXPECT_THAT(error(), HasSubstr("holds no image that can be read (it is empty)"));
  folder.write("b.gif", gif);
  folder.write("a.gif", gif);
  folder.write("labels.csv", "x");
  EXPECT_THAT(error(), AllOf(HasSubstr("it holds 2 GIF (such as 'a.gif') and 1 .csv"),
                             HasSubstr("as PNG or JPEG")));
}

TEST(FolderListing, of_lfw_and_celeba_warns_too) {
  const TemporaryFolder lfw;
  lfw.write("lfw/Ann_Lee/Ann_Lee_0001.jpg", "x");
  lfw.write("lfw/Ann_Lee/Ann_Lee_0002.gif", gif);
  const Dataset persons = open(lfw);
  EXPECT_EQ(persons.format, DatasetFormat::lfw);
  ASSERT_EQ(persons.warnings.size(), 1U);
  EXPECT_THAT(persons.warnings[0], HasSubstr("1 GIF"));
  const TemporaryFolder celeba;
  celeba.write("img_align_celeba/000001.jpg", "x");
  celeba.write("img_align_celeba/000002.gif", gif);
  const Dataset faces = open(celeba, DatasetFormat::celeba);
  ASSERT_EQ(faces.warnings.size(), 1U);
  EXPECT_THAT(faces.warnings[0], HasSubstr("1 GIF"));
}

TEST(FolderListing, warns_of_shards_beside_images) {
  const TemporaryFolder folder;
  folder.write("a.jpg", jpeg);
  folder.write("b.tar", "x");
  const Dataset dataset = open(folder);
  ASSERT_EQ(dataset.warnings.size(), 1U);
  EXPECT_THAT(dataset.warnings[0],
              AllOf(HasSubstr("1 file of the folder"), HasSubstr("1 tar shard"),
                    HasSubstr("--dataset-format tar")));
}

}  // namespace
}  // namespace csm::test
