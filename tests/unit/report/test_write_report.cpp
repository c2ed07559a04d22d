#include <gmock/gmock.h>

#include <opencv2/imgcodecs.hpp>
#include <string>

#include "csm/core/error.h"
#include "csm/report/pictures.h"
#include "synthetic_result.h"
#include "temporary_folder.h"

namespace csm::test {
namespace {

class WriteReportTest : public TemporaryFolder {};

std::vector<ExampleImage> synthetic_examples(int size) {
  ImageRow row = synthetic_row(0, "a<b.png", "ok");
  return {{row,
           synthetic_picture(size, size),
           synthetic_map(size, size, -0.2F, 0).mean,
           synthetic_picture(9, 11),
           synthetic_picture(9, 11),
           {}}};
}

TEST_F(WriteReportTest, writes_three_pictures_and_a_page_that_python_can_read) {
  Result result = synthetic_result(40, 40);
  result.title = "<evil>";
  const auto paths = write_report(folder_ / "new/gender", result, synthetic_examples(40));
  ASSERT_EQ(paths.size(), 4U);
  EXPECT_EQ(paths[0], folder_ / "new/gender.png");
  EXPECT_EQ(paths[1], folder_ / "new/gender_convergence.png");
  EXPECT_EQ(paths[2], folder_ / "new/gender_regions.png");
  EXPECT_EQ(paths[3], folder_ / "new/gender.html");
  for (int i = 0; i < 3; ++i) {
    const cv::Mat picture = cv::imread(paths[static_cast<std::size_t>(i)].string());
    EXPECT_GE(picture.cols, 900) << i;
    EXPECT_GE(picture.rows, 250) << i;
  }
  // Three figures, the example's own map and the model's map on its photograph.
  EXPECT_EQ(run(std::string(CSM_PYTHON) + " " + CSM_CHECK_REPORT + " " + paths[3].string() + " 5"),
            0);
}

TEST_F(WriteReportTest, evaluated_maps_are_side_by_side_with_what_they_darken) {
  Result result = synthetic_result(40, 40);
  result.title = "<evil>";
  add_synthetic_evaluation(result);
  std::vector<ExampleImage> examples = synthetic_examples(40);
  for (const char* name : {"cis", "grad_cam"}) {
    examples[0].maps.push_back({.name = name,
                                .map = synthetic_map(9, 11, 0, 0).mean,
                                .darkened = synthetic_picture(9, 11)});
  }
  const auto paths = write_report(folder_ / "evaluated", result, examples);
  // Beside the five of every report the model's maps by the run and by Grad-CAM, and two for each
  // map of the example.
  EXPECT_EQ(run(std::string(CSM_PYTHON) + " " + CSM_CHECK_REPORT + " " + paths[3].string() + " 11"),
            0);
  EXPECT_THAT(read(paths[3]), testing::HasSubstr("grad cam, r = 1"))
      << "the synthetic map is the run's own but for a constant";
}

TEST_F(WriteReportTest, the_map_stands_where_it_belongs_in_its_colour) {
  Result result = synthetic_result(40, 40);
  result.groups.clear();
  result.cms.mean = Grid<float>(40, 40);
  result.cms.count = Grid<std::int64_t>(40, 40, 1);
  for (int row = 30; row < 40; ++row) {
    for (int column = 0; column < 10; ++column) {
      result.cms.mean(row, column) = 1;             // bottom left
      result.cms.mean(row - 30, column + 30) = -1;  // top right
    }
  }
  const auto paths = write_report(folder_ / "map", result, {});
  const cv::Mat picture = cv::imread(paths[0].string());
  // The map is 720 px wide with its corner at (36, 112).
  const cv::Vec3b bottom_left = picture.at<cv::Vec3b>(112 + 650, 36 + 70);
  const cv::Vec3b top_right = picture.at<cv::Vec3b>(112 + 70, 36 + 650);
  EXPECT_GT(bottom_left[2], bottom_left[0] + 50) << "red (OpenCV reads BGR)";
  EXPECT_GT(top_right[0], top_right[2] + 50) << "blue";
}

TEST_F(WriteReportTest, thirteen_groups_one_image_and_no_region_are_drawn) {
  Result result = synthetic_result(40, 40);
  result.groups.clear();
  for (int i = 0; i < 13; ++i) {
    result.groups.push_back(
        {"group with a long name " + std::to_string(i), synthetic_map(40, 40, 0.1F, 0.1F)});
  }
  result.convergence = {{1}, {0}, {1}, {1}, {1}, {std::numeric_limits<double>::quiet_NaN()},
                        {},  {}};
  result.regions.clear();
  EXPECT_EQ(write_report(folder_ / "many", result, {}).size(), 4U);
  Result empty;
  empty.cms = {Grid<float>(40, 40), Grid<float>(40, 40), Grid<std::int64_t>(40, 40), 0};
  EXPECT_EQ(write_report(folder_ / "empty", empty, {}).size(), 4U);
}

TEST_F(WriteReportTest, a_folder_in_the_way_is_an_error) {
  std::filesystem::create_directories(folder_ / "map.html");
  try {
    write_report(folder_ / "map", synthetic_result(40, 40), {});
    FAIL() << "the page cannot be written";
  } catch (const RunError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("map.html'"));
    EXPECT_THAT(error.what(), testing::HasSubstr("Is a directory"));
  }
}

}  // namespace
}  // namespace csm::test
