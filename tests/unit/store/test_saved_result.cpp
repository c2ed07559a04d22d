// What csm_test reads of a result file, and what it says of damaged ones.
#include <gmock/gmock.h>
#include <hdf5.h>

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "csm/core/error.h"
#include "csm/store/cis_part_file.h"
#include "csm/store/model_map.h"
#include "csm/store/result_file.h"
#include "csm/store/saved_result.h"
#include "h5_write.h"
#include "support/message_of.h"
#include "synthetic_result.h"
#include "temporary_folder.h"

namespace csm::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr int side = 5;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

class SavedResultTest : public TemporaryFolder {
 protected:
  void SetUp() override {
    TemporaryFolder::SetUp();
    path_ = folder_ / "run.h5";
    write_maps_of(synthetic_result(side, side));
  }

  /// Writes the result with three maps.
  void write_maps_of(const Result& result) const {
    std::filesystem::remove_all(folder_ / "0");
    CisPartFile part(folder_ / "0", side);
    for (const std::int64_t order : {3, 0, 2})
      part.append(order, Grid<float>(side, side, static_cast<float>(order)));
    write_result(path_, result, std::vector<CisPart>{part.sync()});
  }

  /// An undamaged file in another folder.
  void start_again() {
    TearDown();
    SetUp();
  }

  /// Changes an open result file.
  void change(const std::function<void(hid_t entry)>& edit) const {
    const H5Handle file(H5Fopen(path_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), &H5Fclose, "opening");
    edit(H5Handle(H5Gopen2(file.get(), "entry", H5P_DEFAULT), &H5Gclose, "opening").get());
  }

  /// Sets one value of a data set of numbers.
  void set_value(const char* name, std::size_t index, double value) const {
    change([&](hid_t entry) {
      const H5Handle set(H5Dopen2(entry, name, H5P_DEFAULT), &H5Dclose, "opening");
      const H5Handle space(H5Dget_space(set.get()), &H5Sclose, "asking");
      const auto n = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get()));
      std::vector<double> values(n);
      H5Dread(set.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
      values.at(index) = value;
      H5Dwrite(set.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    });
  }

  /// Puts numbers in the place of a data set.
  void replace(const char* name, const std::vector<double>& values,
               const std::vector<hsize_t>& shape) const {
    change([&](hid_t entry) {
      H5Ldelete(entry, name, H5P_DEFAULT);
      write_array<double>(entry, name, values, shape);
    });
  }

  void remove(const char* name) const {
    change([&](hid_t entry) { H5Ldelete(entry, name, H5P_DEFAULT); });
  }

  /// What csm_test says of the file: it reads all of it.
  std::string refusal() const {
    return message_of<InputError>([&] {
      const SavedResult result = read_saved_result(path_);
      read_saved_maps(
          result, [](std::size_t) { return true; }, [](std::size_t, const Grid<float>&) {});
    });
  }

  std::filesystem::path path_;
};

TEST_F(SavedResultTest, images_have_the_order_of_their_maps) {
  const SavedResult result = read_saved_result(path_);
  ASSERT_EQ(result.images.size(), 3U);
  EXPECT_EQ(result.images[1].id, "c.png");
  std::vector<float> corners;
  read_saved_maps(
      result, [](std::size_t i) { return i != 0; },
      [&](std::size_t, const Grid<float>& map) { corners.push_back(map(0, 0)); });
  EXPECT_THAT(corners, testing::ElementsAre(2.0F, 3.0F));
  EXPECT_EQ(result.pixel_regions(1, 2), Region::mouth);
}

TEST_F(SavedResultTest, has_the_warnings_of_the_run) {
  Result result = synthetic_result(side, side);
  result.warnings = {"This map is mostly noise."};
  write_maps_of(result);
  EXPECT_THAT(read_saved_result(path_).warnings, testing::ElementsAre("This map is mostly noise."));
}

TEST_F(SavedResultTest, two_images_of_one_name_are_refused) {
  Result result = synthetic_result(side, side);
  result.images[1].id = result.images[0].id;
  write_maps_of(result);
  EXPECT_THAT(refusal(),
              HasSubstr("two images of /entry/images are named '" + result.images[0].id));
}

TEST_F(SavedResultTest, an_infinite_value_names_file_image_and_data_set) {
  set_value("cis/cis", side * side + 7, -infinity);
  EXPECT_THAT(refusal(), AllOf(HasSubstr(path_.string()), HasSubstr("'c.png'"),
                               HasSubstr("/entry/cis/cis"), HasSubstr("make the result again")));
}

TEST_F(SavedResultTest, a_place_without_a_value_is_none) {
  set_value("cis/cis", 7, not_a_number);
  EXPECT_EQ(refusal(), "");
}

struct Damage {
  const char* name;
  std::size_t index;
  double value;
  const char* message;
};

TEST_F(SavedResultTest, values_that_cannot_be_are_named) {
  const std::vector<Damage> damages = {
      {"cms/cms", 3, infinity, "'cms' holds inf at row 0, column 3"},
      {"cis/pixel_weights", 6, -1, "'pixel_weights' holds -1"},
      {"cis/pixel_weights", 6, not_a_number, "'pixel_weights' holds nan at row 1, column 1"},
      {"canonical/pixel_regions", 2, 99, "'pixel_regions' holds 99"},
      {"images/confidence", 3, not_a_number, "confidence of 'd.png' is not a number"},
      {"cis/order", 1, 1000, "map of image 1000 has no row"},
      {"cis/order", 1, -2, "map of image -2 has no row"},
      {"cis/order", 1, 0, "map of image 0 has no row of its own"}};
  for (const Damage& damage : damages) {
    start_again();
    set_value(damage.name, damage.index, damage.value);
    EXPECT_THAT(refusal(), AllOf(HasSubstr(damage.message), HasSubstr(path_.string())))
        << damage.name;
  }
}

TEST_F(SavedResultTest, columns_of_another_length_or_kind_are_named) {
  const std::vector<std::pair<const char*, const char*>> columns = {
      {"images/id", "reading texts"},
      {"images/confidence", "confidence has 2 values"},
      {"cis/order", "has 3 maps"},
      {"canonical/pixel_regions", "has not 2 axes"},
      {"cis/pixel_weights", "has not 2 axes"},
      {"cis/cis", "has not 3 axes"},
      {"images/order", "has 4 values for 2 images"}};
  for (const auto& [name, message] : columns) {
    start_again();
    replace(name, {0, 2}, {2});
    EXPECT_THAT(refusal(), AllOf(HasSubstr(message), HasSubstr(path_.string()))) << name;
  }
  start_again();
  replace("cis/pixel_weights", std::vector<double>(12, 1), {3, 4});
  EXPECT_THAT(refusal(), HasSubstr("has 3 x 4 pixels, and the maps 5 x 5"));
}

TEST_F(SavedResultTest, what_is_missing_is_named) {
  for (const char* name : {"images", "canonical", "cms", "cis/order", "cis/pixel_weights",
                           "images/id", "images/confidence", "confidence_unit"}) {
    start_again();
    remove(name);
    EXPECT_THAT(refusal(),
                AllOf(HasSubstr("cannot be read as a result"), HasSubstr(path_.string())))
        << name;
  }
}

TEST_F(SavedResultTest, a_part_of_a_file_or_another_file_is_refused) {
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) / 2);
  EXPECT_THAT(refusal(), HasSubstr("cannot be read as a result"));
  write("run.h5", "no HDF5");
  EXPECT_THAT(refusal(), HasSubstr("cannot be read as a result"));
  std::filesystem::remove(path_);
  EXPECT_THAT(refusal(), HasSubstr("No such file"));
}

TEST_F(SavedResultTest, the_map_of_the_model_alone_is_checked_as_well) {
  set_value("cms/cms", 3, infinity);
  const auto refused = [&] { return message_of<InputError>([&] { read_model_map(path_); }); };
  EXPECT_THAT(refused(), AllOf(HasSubstr(path_.string()), HasSubstr("row 0, column 3")));
  start_again();
  replace("images/id", {0, 1}, {2});
  EXPECT_NE(refused(), "");
}

}  // namespace
}  // namespace csm::test
