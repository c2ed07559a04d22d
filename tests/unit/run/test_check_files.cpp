#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "check_files.h"
#include "csm/cluster/thread_ranks.h"
#include "csm/core/error.h"
#include "share_dataset.h"
#include "support/message_of.h"
#include "support/temporary_folder.h"

namespace csm {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A folder `data` with a list of ten images, all there.
class CheckFilesTest : public testing::Test {
 protected:
  CheckFilesTest() {
    fs::create_directories(root_ / "img");
    for (int i = 0; i < 10; ++i) touch(name_of(i));
    write_list("");
    options_.dataset.dataset = root_;
    options_.run.max_failures = 0.3;
  }

  static std::string name_of(int i) { return "img/" + std::to_string(i) + ".jpg"; }
  void touch(const fs::path& name) const { std::ofstream(root_ / name) << "image"; }

  /// A list whose paths begin with a prefix.
  void write_list(const std::string& prefix) const {
    std::ofstream list(root_ / "manifest.csv");
    list << "path,sex\n";
    for (int i = 0; i < 10; ++i) list << prefix << name_of(i) << ",f\n";
  }

  std::string check(const Communicator& communicator) const {
    return check_files(communicator, list_images(options_.dataset), options_);
  }
  std::string refusal() const {
    return test::message_of<InputError>([&] { check(Communicator::single()); });
  }

  test::TemporaryFolder folder_;
  fs::path root_ = folder_.path() / "data";
  Options options_;
};

TEST_F(CheckFilesTest, SaysNothingIfAllAreThere) { EXPECT_EQ(check(Communicator::single()), ""); }

TEST_F(CheckFilesTest, SaysHowManyAreMissingOnAnyNumberOfRanks) {
  for (const int i : {1, 4}) fs::remove(root_ / name_of(i));
  for (const int n_ranks : {1, 2, 3, 16}) {
    run_thread_ranks(n_ranks, [&](const Communicator& world) {
      EXPECT_THAT(check(world),
                  AllOf(HasSubstr("2 of 10 image files are missing"), HasSubstr("'img/1.jpg'"),
                        HasSubstr("'img/4.jpg'"), HasSubstr(root_.string())));
    });
  }
}

TEST_F(CheckFilesTest, RefusesMoreThanMayFailOnAllRanks) {
  for (const int i : {1, 4, 5, 8}) fs::remove(root_ / name_of(i));
  EXPECT_THAT(refusal(), AllOf(HasSubstr("4 of 10 image files are missing"),
                               HasSubstr("--max-failures allows 3")));
  run_thread_ranks(3, [&](const Communicator& world) { EXPECT_THROW(check(world), InputError); });
  options_.run.max_failures = 1;
  EXPECT_THAT(check(Communicator::single()), HasSubstr("4 of 10"));
  fs::remove_all(root_ / "img");
  EXPECT_THAT(refusal(), HasSubstr("10 of 10 image files are missing"));
}

TEST_F(CheckFilesTest, NamesThreeAndTheLikelyReason) {
  write_list("data/");  // as from the folder above
  EXPECT_THAT(refusal(), AllOf(HasSubstr("'data/img/"), HasSubstr("there is such a file"),
                               HasSubstr("Give --dataset " + folder_.path().string())));
  write_list("faces/2024/");
  EXPECT_THAT(refusal(), HasSubstr(".jpg' in it, without the folder of the list"));
  write_list("/elsewhere/");
  EXPECT_THAT(refusal(), HasSubstr("whole paths, perhaps those of another computer"));
  write_list("http://host/");
  EXPECT_THAT(refusal(), HasSubstr("addresses of the web"));
  write_list("");
  for (int i = 0; i < 10; ++i)
    fs::rename(root_ / name_of(i), (root_ / name_of(i)).replace_extension(".png"));
  EXPECT_THAT(refusal(),
              AllOf(HasSubstr(".png', with another ending"), Not(HasSubstr("without the folder"))));
  fs::remove_all(root_ / "img");
  EXPECT_THAT(refusal(), HasSubstr("paths start from the folder of the list"));
}

TEST_F(CheckFilesTest, CountsPairsThatLackAnImage) {
  std::ofstream(root_ / "pairs.csv") << "path_a,path_b,same_person\nimg/0.jpg,img/1.jpg,1\n"
                                        "img/2.jpg,img/x.jpg,0\nimg/3.jpg,img/4.jpg,0\n"
                                        "img/5.jpg,img/6.jpg,0\n";
  options_.dataset.pairs = root_ / "pairs.csv";
  EXPECT_THAT(check(Communicator::single()),
              AllOf(HasSubstr("1 of 4 pairs lack an image file"), HasSubstr("'img/x.jpg'")));
}

TEST_F(CheckFilesTest, LeavesOutWhatIsMissingOfAGallery) {
  options_.dataset.gallery = root_ / "manifest.csv";
  for (const int i : {1, 4, 5, 8}) fs::remove(root_ / name_of(i));
  for (const int n_ranks : {1, 2, 3, 16}) {
    run_thread_ranks(n_ranks, [&](const Communicator& world) {
      const Dataset gallery =
          leave_out_missing(world, list_gallery(options_.dataset), options_.dataset);
      std::vector<std::string> ids;
      for (const Sample& sample : gallery.samples) ids.push_back(sample.id);
      EXPECT_THAT(
          ids, ElementsAre(name_of(0), name_of(2), name_of(3), name_of(6), name_of(7), name_of(9)));
      ASSERT_EQ(gallery.warnings.size(), 1U);
      EXPECT_THAT(gallery.warnings[0],
                  AllOf(HasSubstr("4 of 10 image files of the gallery are missing"),
                        HasSubstr("'img/1.jpg', 'img/4.jpg', 'img/5.jpg' ("),
                        HasSubstr("They are left out."), Not(HasSubstr("--dataset"))));
    });
  }
  fs::remove_all(root_ / "img");
  EXPECT_THAT(test::message_of<InputError>([&] {
                leave_out_missing(Communicator::single(), list_gallery(options_.dataset),
                                  options_.dataset);
              }),
              HasSubstr("10 of 10 image files of the gallery are missing"));
}

TEST_F(CheckFilesTest, TakesAWholeGalleryAsItIs) {
  const auto n_of = [&](const fs::path& gallery) {
    options_.dataset.gallery = gallery;
    const Dataset whole =
        leave_out_missing(Communicator::single(), list_gallery(options_.dataset), options_.dataset);
    EXPECT_TRUE(whole.warnings.empty());
    return whole.samples.size();
  };
  EXPECT_EQ(n_of(root_ / "manifest.csv"), 10U);
  EXPECT_EQ(n_of(root_ / "img"), 10U);
}

}  // namespace
}  // namespace csm
