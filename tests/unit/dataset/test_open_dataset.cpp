#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

DatasetOptions options_for(const std::filesystem::path& dataset) {
  DatasetOptions options;
  options.dataset = dataset;
  return options;
}

std::vector<std::string> ids_of(const Dataset& dataset) {
  std::vector<std::string> ids;
  for (const Sample& sample : dataset.samples) ids.push_back(sample.id);
  return ids;
}

std::string error_of(const DatasetOptions& options) {
  return message_of<InputError>([&] { open_dataset(options); });
}

TEST(FolderDataset, ListsImagesSortedWithSubFoldersAsIdentity) {
  const TemporaryFolder folder;
  for (const char* name :
       {"b/2.JPG", "b/1.png", "a.jpeg", "notes.txt", ".hidden.jpg", ".git/x.jpg"})
    folder.write(name, "x");
  const Dataset dataset = open_dataset(options_for(folder.path()));
  EXPECT_EQ(dataset.format, DatasetFormat::folder);
  EXPECT_THAT(ids_of(dataset), ElementsAre("a.jpeg", "b/1.png", "b/2.JPG"));
  EXPECT_FALSE(dataset.samples[0].columns.contains("identity"));
  EXPECT_EQ(dataset.samples[1].columns.at("identity"), "b");
  EXPECT_EQ(dataset.samples[1].path, folder.path() / "b/1.png");
}

TEST(FolderDataset, names_the_table_that_was_not_read) {
  const TemporaryFolder folder;
  folder.write("a.jpg", "x");
  EXPECT_THAT(open_dataset(options_for(folder.path())).remarks, testing::IsEmpty());
  EXPECT_THAT(advise_column(open_dataset(options_for(folder.path())), "gender"),
              HasSubstr("columns path and gender, as manifest.csv"));

  const std::string table = folder.write("labels.CSV", "path,gender\na.jpg,male\n").string();
  const Dataset dataset = open_dataset(options_for(folder.path()));
  EXPECT_THAT(dataset.remarks,
              ElementsAre(AllOf(HasSubstr("'labels.CSV'"), HasSubstr("--manifest " + table))));
  EXPECT_THAT(advise_column(dataset, "gender"), HasSubstr("give --manifest " + table));

  DatasetOptions with_table = options_for(folder.path());
  with_table.manifest = table;
  EXPECT_THAT(open_dataset(with_table).remarks, testing::IsEmpty());
}

TEST(FolderDataset, EndsOnALinkThatLeadsBack) {
  const TemporaryFolder folder;
  folder.write("a/1.jpg", "x");
  std::filesystem::create_directory_symlink(folder.path(), folder.path() / "a/back");
  EXPECT_THAT(ids_of(open_dataset(options_for(folder.path()))), ElementsAre("a/1.jpg"));
}

TEST(FolderDataset, RefusesMissingAndEmptyFolders) {
  const TemporaryFolder folder;
  EXPECT_THAT(error_of(options_for(folder.path())), HasSubstr("holds no image"));
  EXPECT_THAT(error_of(options_for(folder.path() / "none")),
              AllOf(HasSubstr("does not exist"), HasSubstr("--dataset")));
  EXPECT_THAT(error_of(options_for(folder.path() / "samples/faces")),
              AllOf(HasSubstr("setup.sh makes the sample faces"), HasSubstr("with --dataset")));
  EXPECT_THAT(error_of({}), HasSubstr("There is no data set"));
  EXPECT_THAT(error_of(options_for(folder.write("x.jpg", "x"))),
              HasSubstr("is a file, but no CSV"));
}

TEST(Manifest, names_the_column_that_should_be_called_path) {
  const TemporaryFolder folder;
  folder.write("manifest.csv", "Gender;File Name\nmale;\nmale;img/1.JPG\n");
  EXPECT_THAT(error_of(options_for(folder.path())),
              AllOf(HasSubstr("no column 'path' (its columns are Gender, File Name)"),
                    HasSubstr("Rename 'File Name'")));
  folder.write("manifest.csv", "Gender;Name\nmale;ann\n");
  EXPECT_THAT(error_of(options_for(folder.path())), HasSubstr("Its columns are: Gender, Name."));
}

TEST(Manifest, GivesColumnsAndFaceBoxes) {
  const TemporaryFolder folder;
  folder.write("manifest.csv",
               "path,gender,face_x,face_y,face_w,face_h,note\n./img/1.jpg,male,1.5,2,30,40,\"a, "
               "b\"\nimg/2.jpg,,,,,,\n");
  const Dataset dataset = open_dataset(options_for(folder.path()));
  EXPECT_EQ(dataset.format, DatasetFormat::manifest);
  EXPECT_THAT(ids_of(dataset), ElementsAre("img/1.jpg", "img/2.jpg"));
  EXPECT_EQ(dataset.samples[0].path, folder.path() / "img/1.jpg");
  EXPECT_EQ(dataset.samples[0].face_box, (Box{1.5, 2, 30, 40}));
  EXPECT_EQ(dataset.samples[0].columns.at("note"), "a, b");
  EXPECT_FALSE(dataset.samples[1].face_box.has_value());
  EXPECT_FALSE(dataset.samples[1].columns.contains("gender")) << "an empty cell is absent";
  EXPECT_THAT(dataset.column_names,
              ElementsAre("gender", "face_x", "face_y", "face_w", "face_h", "note"));
}

TEST(Manifest, OfAnotherPlaceNamesImagesOfTheDatasetFolder) {
  const TemporaryFolder images;
  const TemporaryFolder lists;
  DatasetOptions options = options_for(images.path());
  options.manifest = lists.write("test.csv", "path\n1.jpg\n");
  EXPECT_EQ(open_dataset(options).samples[0].path, images.path() / "1.jpg");
  options.dataset.clear();
  EXPECT_EQ(open_dataset(options).samples[0].path, lists.path() / "1.jpg");
  EXPECT_EQ(open_dataset(options_for(options.manifest)).samples[0].path, lists.path() / "1.jpg");
}

TEST(Manifest, NamesTheLineOfEveryBadRow) {
  const TemporaryFolder folder;
  const auto error_for = [&](const std::string& text) {
    folder.write("manifest.csv", text);
    return error_of(options_for(folder.path()));
  };
  EXPECT_THAT(error_for("path,label\n1.jpg\n"), HasSubstr("line 2"));
  EXPECT_THAT(error_for("image,label\n1.jpg,a\n"), HasSubstr("no column 'path'"));
  EXPECT_THAT(error_for("path,face_x,face_y,face_w,face_h\n1.jpg,1,2,x,4\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("face_w is 'x'")));
  EXPECT_THAT(error_for("path,face_x,face_y,face_w,face_h\n1.jpg,1,2,0,4\n"), HasSubstr("above 0"));
  EXPECT_THAT(error_for("path,face_x,face_y,face_w,face_h\n1.jpg,1,2,,4\n"),
              HasSubstr("an empty cell"));
  EXPECT_THAT(error_for("path,face_x\n1.jpg,1\n"), HasSubstr("Give all four or none"));
  EXPECT_THAT(error_for("path\n1.jpg\n./1.jpg\n"), HasSubstr("have the id '1.jpg'"));
}

TEST(Celeba, JoinsTheOfficialFiles) {
  const TemporaryFolder folder;
  for (const char* name : {"000001.jpg", "000002.jpg"})
    folder.write("Img/img_align_celeba/" + std::string(name), "x");
  folder.write("Anno/list_attr_celeba.txt",
               "2\nBald Male Young\n000001.jpg -1  1 -1\n000002.jpg  1 -1  1\n");
  folder.write("Anno/identity_CelebA.txt", "000001.jpg 2880\n000002.jpg 12\n");
  folder.write("Eval/list_eval_partition.txt", "000001.jpg 0\n000002.jpg 2\n");
  folder.write("Anno/list_bbox_celeba.txt",
               "1\nimage_id x_1 y_1 width height\n000001.jpg 95 71 226 313\n");
  folder.write("Anno/list_landmarks_align_celeba.txt",
               "1\nlefteye_x lefteye_y righteye_x righteye_y nose_x nose_y leftmouth_x leftmouth_y "
               "rightmouth_x rightmouth_y\n"
               "000001.jpg 70 110 110 110 90 130 75 150 105 150\n");
  const Dataset dataset = open_dataset(options_for(folder.path()));
  EXPECT_EQ(dataset.format, DatasetFormat::celeba);
  ASSERT_EQ(dataset.samples.size(), 2U);
  const Columns& first = dataset.samples[0].columns;
  EXPECT_EQ(first.at("gender"), "male");
  EXPECT_EQ(first.at("Bald"), "-1");
  EXPECT_EQ(first.at("identity"), "2880");
  EXPECT_EQ(first.at("partition"), "train");
  EXPECT_EQ(dataset.samples[1].columns.at("gender"), "female");
  EXPECT_EQ(dataset.samples[1].columns.at("partition"), "test");
  EXPECT_EQ(dataset.samples[0].path, folder.path() / "Img/img_align_celeba/000001.jpg");
  // The box file counts in pixels of img_celeba, not of the aligned images: the landmarks' box is
  // twice as wide as they are.
  EXPECT_EQ(dataset.samples[0].face_box, (Box{50, 90, 80, 80}));
  EXPECT_FALSE(dataset.samples[1].face_box.has_value());
}

TEST(Celeba, TakesItsBoxesForTheImagesInTheWild) {
  const TemporaryFolder folder;
  folder.write("img_celeba/000001.jpg", "x");
  folder.write("identity_CelebA.txt", "000001.jpg 2880\n");
  folder.write("list_bbox_celeba.txt",
               "1\nimage_id x_1 y_1 width height\n000001.jpg    95  71 226 313\n");
  const Dataset dataset = open_dataset(options_for(folder.path()));
  EXPECT_EQ(dataset.samples[0].face_box, (Box{95, 71, 226, 313}));
}

TEST(Celeba, NamesTheLineOfEveryBadRow) {
  const TemporaryFolder folder;
  folder.write("img_align_celeba/000001.jpg", "x");
  const auto error_for = [&](const std::string& text) {
    folder.write("list_attr_celeba.txt", text);
    return error_of(options_for(folder.path()));
  };
  EXPECT_THAT(error_for("1\nBald Male\n000001.jpg -1\n"),
              AllOf(HasSubstr("line 3"), HasSubstr("2 values are expected")));
  EXPECT_THAT(error_for("Bald Male\n000001.jpg -1 1\n"),
              AllOf(HasSubstr("line 1"), HasSubstr("number of images")));
  EXPECT_THAT(error_for("3\nMale\n000001.jpg 1\n"), HasSubstr("promises 3 images but has 1"));
  EXPECT_THAT(error_for("2\nMale\n000001.jpg 1\n000001.jpg 1\n"), HasSubstr("line 4"));
  folder.write("list_attr_celeba.txt", "1\nMale\n000001.jpg 1\n");
  folder.write("list_eval_partition.txt", "000001.jpg 7\n");
  EXPECT_THAT(error_of(options_for(folder.path())), HasSubstr("the partition is '7'"));
}

TEST(Lfw, IsRecognisedByItsFolders) {
  const TemporaryFolder folder;
  folder.write("lfw/Ann_Lee/Ann_Lee_0001.jpg", "x");
  folder.write("lfw/Bo/Bo_0002.jpg", "x");
  const Dataset dataset = open_dataset(options_for(folder.path()));
  EXPECT_EQ(dataset.format, DatasetFormat::lfw);
  EXPECT_THAT(ids_of(dataset), ElementsAre("Ann_Lee/Ann_Lee_0001.jpg", "Bo/Bo_0002.jpg"));
  EXPECT_EQ(dataset.samples[0].columns.at("identity"), "Ann_Lee");
  const TemporaryFolder other;
  other.write("Ann_Lee/portrait.jpg", "x");
  EXPECT_EQ(open_dataset(options_for(other.path())).format, DatasetFormat::folder);
  DatasetOptions forced = options_for(other.path());
  forced.format = DatasetFormat::lfw;
  EXPECT_THAT(error_of(forced), HasSubstr("NAME/NAME_0001.jpg"));
}

TEST(Pairs, OfACsvAreTheSamples) {
  const TemporaryFolder folder;
  folder.write("a.jpg", "x");
  DatasetOptions options = options_for(folder.path());
  options.pairs = folder.write(
      "pairs.csv",
      "path_a,path_b,sex,same_person,fold\na.jpg,b.jpg,female,1,3\na.jpg,c.jpg,,False,\n");
  const Dataset dataset = open_dataset(options);
  EXPECT_THAT(ids_of(dataset), ElementsAre("a.jpg|b.jpg", "a.jpg|c.jpg"));
  EXPECT_EQ(dataset.samples[0].path, folder.path() / "a.jpg");
  EXPECT_EQ(dataset.samples[0].second_path, folder.path() / "b.jpg");
  EXPECT_EQ(dataset.samples[0].columns.at("same_person"), "1");
  EXPECT_EQ(dataset.samples[0].columns.at("fold"), "3");
  EXPECT_EQ(dataset.samples[1].columns.at("same_person"), "0");
  EXPECT_FALSE(dataset.samples[1].columns.contains("fold"));
  EXPECT_THAT(dataset.column_names, ElementsAre("same_person", "fold", "sex"));
  EXPECT_EQ(dataset.samples[0].columns.at("sex"), "female");
  EXPECT_FALSE(dataset.samples[1].columns.contains("sex"));
}

TEST(Pairs, NameTheLineOfEveryBadRow) {
  const TemporaryFolder folder;
  for (const char* name : {"a", "b", "c"}) folder.write(name, "x");
  DatasetOptions options = options_for(folder.path());
  const auto error_for = [&](const std::string& name, const std::string& text) {
    options.pairs = folder.write(name, text);
    return error_of(options);
  };
  EXPECT_THAT(error_for("p.csv", "path_a,path_b,same_person\na,b,1\na,c,maybe\n"),
              AllOf(HasSubstr("line 3"), HasSubstr("'maybe'")));
  EXPECT_THAT(error_for("p.csv", "path_a,path_b,same_person\na,,1\n"),
              HasSubstr("line 2: a path is empty"));
  EXPECT_THAT(error_for("p.csv", "path_a,path_b,same_person\na,b,1\na,b,1\n"),
              HasSubstr("have the id 'a|b'"));
  EXPECT_THAT(error_for("p.csv", "path_a,path_b,same_person\n"), HasSubstr("holds no pair"));
  EXPECT_THAT(error_for("p.txt", "1 1\nAnn 1 2\nAnn 1 Bo 2 x\n"),
              AllOf(HasSubstr("line 3"), HasSubstr("5 fields")));
  EXPECT_THAT(error_for("p.txt", "1 1\nAnn 1 2\n"), HasSubstr("promises 2 pairs but has 1"));
  EXPECT_THAT(error_for("p.txt", "1 1\nAnn one 2\nAnn 1 Bo 2\n"),
              HasSubstr("line 2: 'one' is not a number"));
  options.pairs = folder.path() / "none.csv";
  EXPECT_THAT(error_of(options), HasSubstr("does not exist (--pairs)"));
}

TEST(Pairs, OfLfwHaveFoldsAndFourDigits) {
  const TemporaryFolder folder;
  for (const char* name : {"Ann_Lee/Ann_Lee_0001.jpg", "Ann_Lee/Ann_Lee_0003.jpg",
                           "Ann_Lee/Ann_Lee_0012.jpg", "Bo/Bo_0001.jpg", "Bo/Bo_0002.jpg"})
    folder.write("lfw/" + std::string(name), "x");
  DatasetOptions options = options_for(folder.path());
  options.pairs = folder.write(
      "pairs.txt", "2\t1\nAnn_Lee\t1\t12\nAnn_Lee\t1\tBo\t2\nBo\t1\t2\nBo\t1\tAnn_Lee\t3\n");
  const Dataset dataset = open_dataset(options);
  ASSERT_EQ(dataset.samples.size(), 4U);
  EXPECT_EQ(dataset.samples[0].id, "lfw/Ann_Lee/Ann_Lee_0001.jpg|lfw/Ann_Lee/Ann_Lee_0012.jpg");
  EXPECT_EQ(dataset.samples[1].id, "lfw/Ann_Lee/Ann_Lee_0001.jpg|lfw/Bo/Bo_0002.jpg");
  EXPECT_EQ(dataset.samples[1].columns.at("same_person"), "0");
  EXPECT_EQ(dataset.samples[1].columns.at("fold"), "1");
  EXPECT_EQ(dataset.samples[2].columns.at("fold"), "2");
}

TEST(Pairs, OfLfwMayLieInOneFolder) {
  const TemporaryFolder folder;
  for (const char* name : {"Bo_0002.png", "Cy_0001.png"})
    folder.write("img/" + std::string(name), "x");
  DatasetOptions options = options_for(folder.path());
  options.pairs = folder.write("pairs.txt", "1\nAnn_Lee\t1\tBo\t2\nCy\t1\tBo\t2\n");
  const Dataset dataset = open_dataset(options);
  ASSERT_EQ(dataset.samples.size(), 1U) << "Ann Lee's image is not there";
  EXPECT_EQ(dataset.samples[0].path, folder.path() / "img/Cy_0001.png");
  EXPECT_EQ(dataset.samples[0].second_path, folder.path() / "img/Bo_0002.png");
}

Dataset open_labelled(const std::filesystem::path& gallery, const std::string& label_column) {
  return label_gallery(open_gallery(gallery), label_column);
}

TEST(Gallery, TakesTheLabelFromSubFoldersOrAManifest) {
  const TemporaryFolder folders;
  folders.write("ann/1.jpg", "x");
  const Dataset from_folder = open_labelled(folders.path(), "person");
  EXPECT_EQ(from_folder.samples[0].columns.at("person"), "ann");
  const TemporaryFolder listed;
  const auto csv = listed.write("g.csv", "path,person\n1.jpg,bo\n");
  EXPECT_EQ(open_labelled(csv, "person").samples[0].columns.at("person"), "bo");
  EXPECT_THAT(message_of<InputError>([&] { open_labelled(csv, "name"); }),
              AllOf(HasSubstr("'1.jpg' has no label"), HasSubstr("'name'")));
  folders.write("loose.jpg", "x");
  EXPECT_THAT(message_of<InputError>([&] { open_labelled(folders.path(), "person"); }),
              HasSubstr("'loose.jpg' has no label"));
  EXPECT_THAT(message_of<InputError>([&] { open_labelled(folders.path() / "none", "person"); }),
              HasSubstr("--gallery"));
  const TemporaryFolder doubtful;
  for (const char* name : {"female/1.jpg", "male/1.jpg"}) doubtful.write(name, "x");
  EXPECT_THAT(message_of<InputError>([&] { open_labelled(doubtful.path(), "person"); }),
              AllOf(HasSubstr("not known"), HasSubstr("'female' is named after a class")));
}

TEST(Columns, ShareNamesAndKeepTheirOrder) {
  const Columns columns{{"b", "1"}, {"a", ""}, {"c", "x"}};
  EXPECT_EQ(columns.size(), 2U);
  EXPECT_EQ(columns.entries().front(), (std::pair<std::string, std::string>("b", "1")));
  EXPECT_EQ(columns.find("c"), "x");
  EXPECT_FALSE(columns.contains("a"));
  EXPECT_FALSE(columns.contains("d"));
  EXPECT_THROW(static_cast<void>(columns.at("d")), ContractError);
  EXPECT_TRUE(Columns().empty());
}

}  // namespace
}  // namespace csm
