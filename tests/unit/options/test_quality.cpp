#include <gmock/gmock.h>

#include "home_folder.h"

namespace csm::test {
namespace {

using testing::HasSubstr;

class QualityTest : public HomeFolder {
 protected:
  static std::optional<std::int64_t> vertices_of(std::vector<std::string> arguments) {
    return parse(arguments).options.occlusion.vertices_per_image;
  }
};

TEST_F(QualityTest, full_is_the_default_and_takes_every_vertex) {
  EXPECT_EQ(vertices_of({"--task", "gender"}), std::nullopt);
  EXPECT_EQ(parse({"--task", "gender"}).options.occlusion.quality, Quality::full);
}

TEST_F(QualityTest, presets_take_fewer_vertices_the_lower_they_are) {
  const auto standard = vertices_of({"--task", "gender", "--quality", "standard"});
  const auto draft = vertices_of({"--task", "gender", "--quality", "draft"});
  ASSERT_TRUE(standard && draft);
  EXPECT_LT(*draft, *standard);
  EXPECT_LT(*standard, 2194);
}

TEST_F(QualityTest, a_number_beside_the_preset_wins_in_either_order) {
  EXPECT_EQ(vertices_of({"--task", "gender", "--quality", "draft", "--vertices-per-image", "99"}),
            99);
  EXPECT_EQ(vertices_of({"--task", "gender", "--vertices-per-image", "99", "--quality", "draft"}),
            99);
  EXPECT_EQ(vertices_of({"--task", "gender", "--vertices-per-image", "all", "--quality", "draft"}),
            std::nullopt);
  const auto job = write("jobs/both.cfg",
                         "model = m.pt\ndataset = d\nvertices-per-image = 99\nquality = draft\n");
  EXPECT_EQ(vertices_of({"--job", job.string()}), 99);
}

TEST_F(QualityTest, the_command_line_wins_over_the_job_file) {
  const auto number =
      write("jobs/number.cfg", "model = m.pt\ndataset = d\nvertices-per-image = 99\n");
  EXPECT_EQ(vertices_of({"--job", number.string(), "--quality", "full"}), std::nullopt);
  const auto preset = write("jobs/preset.cfg", "model = m.pt\ndataset = d\nquality = draft\n");
  EXPECT_EQ(vertices_of({"--job", preset.string(), "--vertices-per-image", "99"}), 99);
  EXPECT_EQ(vertices_of({"--job", preset.string(), "--quality", "full"}), std::nullopt);
}

TEST_F(QualityTest, a_sample_needs_density_normalisation) {
  const std::vector<std::string> off = {"--task", "gender", "--density-normalisation", "off"};
  EXPECT_EQ(error_of(off), "");
  std::vector<std::string> sampled = off;
  sampled.insert(sampled.end(), {"--quality", "standard"});
  EXPECT_THAT(error_of(sampled),
              testing::AllOf(HasSubstr("--vertices-per-image is"),
                             HasSubstr("--density-normalisation off"), HasSubstr("Use ")));
}

}  // namespace
}  // namespace csm::test
