#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

#include "csm/options/parse.h"
#include "some_methods.h"

namespace csm::test {
namespace {

TEST(HelpTest, no_line_is_wider_than_100_columns) {
  std::istringstream lines(full_help_text(some_methods()));
  int n_lines = 0;
  for (std::string line; std::getline(lines, line); ++n_lines) EXPECT_LE(line.size(), 100U) << line;
  EXPECT_GT(n_lines, 40);
}

TEST(HelpTest, every_option_stands_once_with_its_default) {
  const std::string text = full_help_text(some_methods());
  for (const RecordedOption& option : describe_options(Options{})) {
    const std::string& name = option.name;
    const std::string flag =
        "  --" + name + (text.find("  --" + name + " ") == std::string::npos ? "\n" : " ");
    const std::size_t place = text.find(flag);
    ASSERT_NE(place, std::string::npos) << name;
    EXPECT_EQ(text.find(flag, place + 1), std::string::npos) << name;
    if (name == "task") continue;
    const std::size_t next = text.find("\n  --", place + 1);
    EXPECT_NE(text.substr(place, next - place).find("(default:"), std::string::npos) << name;
  }
}

TEST(HelpTest, the_valid_values_are_those_of_the_enumeration) {
  const std::string text = full_help_text(some_methods());
  for (const char* part : {"--half all|first|second", "--schedule static|dynamic",
                           "--visibility all|front-facing", "--fill mean|zero|blur|noise|COLOUR"}) {
    EXPECT_THAT(text, testing::HasSubstr(part));
  }
}

TEST(HelpTest, the_short_help_is_short_and_names_the_long_one) {
  const std::string text = help_text(some_methods());
  std::istringstream lines(text);
  int n_lines = 0;
  for (std::string line; std::getline(lines, line); ++n_lines) EXPECT_LE(line.size(), 100U) << line;
  EXPECT_LT(n_lines, 110);
  for (const char* part : {"--help-all", "--dataset", "--model", "--output", "Say on which faces"})
    EXPECT_THAT(text, testing::HasSubstr(part));
}

TEST(HelpTest, examples_are_five_commands) {
  const std::string text = examples_text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 9);
  EXPECT_THAT(text, testing::HasSubstr("csm_mpi --task gender"));
}

TEST(HelpTest, actions_and_units_are_there) {
  for (const char* part :
       {"--task", "--job", "--print-config", "--plan", "--version", "--help", "[px]", "[MB]"}) {
    EXPECT_THAT(full_help_text(some_methods()), testing::HasSubstr(part));
  }
}

}  // namespace
}  // namespace csm::test
