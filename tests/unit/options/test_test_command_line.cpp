#include <gmock/gmock.h>

#include "csm/core/error.h"
#include "csm/options/test_command_line.h"
#include "support/message_of.h"

namespace csm::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A command on a result that records a data set and another seed.
TestCommand parse_test(const std::vector<std::string>& arguments) {
  return parse_test_command(arguments, [](const std::filesystem::path&) {
    return std::vector<RecordedOption>{{.name = "dataset", .value = "\"/my faces\""},
                                       {.name = "seed", .value = "7"},
                                       {.name = "patch-size", .value = "15"}};
  });
}

std::string refusal(const std::vector<std::string>& arguments) {
  return message_of<InputError>([&] { parse_test(arguments); });
}

TEST(TestCommandLine, takes_the_options_of_the_result) {
  const TestCommand command = parse_test({"run/gender.h5", "--group-by", "sex,age"});
  EXPECT_EQ(command.result, "run/gender.h5");
  EXPECT_THAT(command.columns, ElementsAre("sex", "age"));
  EXPECT_EQ(command.output, "run/gender.findings.h5");
  EXPECT_EQ(command.options.dataset.dataset, "/my faces");
  EXPECT_EQ(command.options.dataset.seed, 7U);
  EXPECT_EQ(command.options.inference.permutations, 1000);
}

TEST(TestCommandLine, what_is_given_wins) {
  const TestCommand command = parse_test({"gender.h5", "--pair-by", "smile", "--seed", "8",
                                          "--permutations", "99", "--output", "/tmp/f.h5"});
  EXPECT_THAT(command.columns, ElementsAre("smile"));
  EXPECT_EQ(command.options.dataset.seed, 8U);
  EXPECT_EQ(command.options.inference.permutations, 99);
  EXPECT_EQ(command.output, "/tmp/f.h5");
}

TEST(TestCommandLine, refuses_what_it_cannot_do) {
  EXPECT_THAT(refusal({}), HasSubstr("no result file"));
  EXPECT_THAT(refusal({"--group-by", "sex"}), HasSubstr("no result file"));
  EXPECT_THAT(refusal({"a.h5"}), HasSubstr("no column is named"));
  EXPECT_THAT(refusal({"a.h5", "--group-by", "sex", "--patch-size", "9"}),
              HasSubstr("takes no --patch-size"));
  EXPECT_THAT(refusal({"a.h5", "--group-by", "sex", "--permutations", "0"}),
              HasSubstr("--permutations is 0"));
}

TEST(TestCommandLine, help_names_every_option_it_takes) {
  EXPECT_TRUE(parse_test({"--help"}).prints_help);
  for (const char* name : {"--group-by", "--pair-by", "--where", "--permute-within", "--manifest"})
    EXPECT_THAT(test_help_text(), HasSubstr(name));
}

}  // namespace
}  // namespace csm::test
